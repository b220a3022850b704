"""Drives a captured command through a pseudo-terminal; prints "good" if the scenario named in argv[1] went well."""
import fcntl, os, pty, select, signal, struct, subprocess, sys, termios, time

amber, victims = os.environ["AMBER"], os.environ["VICTIMS"]
capture = [amber, "capture", "--output", os.environ["BUNDLE"], "--"]


def start(*command):
    pid, terminal = pty.fork()
    if pid == 0:
        time.sleep(0.2)
        os.execvp(command[0], command)
    size(terminal, 33, 100)
    return pid, terminal


def size(terminal, rows, columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def expect(terminal, text, seconds=15):
    seen, end = b"", time.time() + seconds
    while text not in seen:
        if time.time() > end:
            raise AssertionError(f"no {text!r} in {seen!r}")
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                data = os.read(terminal, 65536)
            except OSError:
                data = b""
            if not data:
                raise AssertionError(f"no {text!r} before the end of {seen!r}")
            seen += data
    return seen


def is_raw(terminal):
    return not termios.tcgetattr(terminal)[3] & termios.ICANON


def streams():
    code = "import os; print([os.isatty(i) for i in range(3)], tuple(os.get_terminal_size()), os.getpgrp() == os.tcgetpgrp(0))"
    _, terminal = start(*capture, "python3", "-S", "-c", code)
    expect(terminal, b"[True, True, True] (100, 33) True")


def lines():
    pid, terminal = start(*capture, "sh", "-c", "read x; echo got $x; cat; echo over; exit 7")
    os.write(terminal, b"hello\n")
    expect(terminal, b"got hello")
    os.write(terminal, b"more\n\x04")
    expect(terminal, b"over")
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7


def interrupt():
    pid, terminal = start(*capture, victims + "/sigcount", "1.5")
    expect(terminal, b"ready")
    os.write(terminal, b"\x03")
    time.sleep(0.3)
    os.write(terminal, b"\x03")
    expect(terminal, b"2=2\r\n")
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    pid, terminal = start(*capture, "sh", "-c", "echo started; sleep 30")
    expect(terminal, b"started")
    os.write(terminal, b"\x03")
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 130


def shell():
    _, terminal = start("bash", "--norc", "-i")
    os.write(terminal, b"PS1='prompt> '\n")
    expect(terminal, b"prompt> ")
    return terminal


def stop():
    terminal = shell()
    # No child is started: one that stops between vfork and exec keeps its parent from stopping, captured or not.
    busy = b"i=0; while [ $i -lt 200000 ]; do i=$((i + 1)); done"
    os.write(terminal, " ".join(capture).encode() + b" sh -c 'echo beg''un; " + busy + b"; read x; echo got $x'\n")
    expect(terminal, b"begun")
    os.write(terminal, b"\x1a")
    expect(terminal, b"Stopped")
    os.write(terminal, b"echo at the pro''mpt\n")
    expect(terminal, b"at the prompt")
    os.write(terminal, b"fg\n")
    time.sleep(1)
    os.write(terminal, b"input\n")
    expect(terminal, b"got input")


def killed():
    terminal = shell()
    os.write(terminal, b"stty -a > before; " + " ".join(capture).encode() + b" sh -c 'echo beg''un; sleep 3; echo fin''ished' ; stty -a > after; echo sam''e\n")
    expect(terminal, b"begun")
    # The program may speak before the supervisor has turned to the terminal: wait for the event, within its sleep.
    end = time.time() + 2
    while not is_raw(terminal) and time.time() < end:
        time.sleep(0.01)
    assert is_raw(terminal), "the terminal should be raw during the run"
    pids = subprocess.check_output(["pgrep", "-f", "^" + amber + " capture --output " + os.environ["BUNDLE"]]).split()
    os.kill(min(int(pid) for pid in pids), signal.SIGKILL)
    expect(terminal, b"finished")
    time.sleep(0.5)
    os.write(terminal, b"cmp before after && echo equ''al\n")
    expect(terminal, b"equal")


def resize():
    code = "import os,signal,time; signal.signal(28, lambda *a: print(tuple(os.get_terminal_size()))); print('ready'); [time.sleep(.1) for _ in range(20)]"
    _, terminal = start(*capture, "python3", "-S", "-c", code)
    expect(terminal, b"ready")
    size(terminal, 11, 77)
    expect(terminal, b"(77, 11)")


globals()[sys.argv[1]]()
print("good")
