set -e
step() {
  nosuchcommand --x
}
step
