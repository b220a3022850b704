package main
import "os"
func pick(a []int, i int) int { return a[i] }
func main() { done := make(chan bool); go func() { println(pick([]int{1}, len(os.Args)+4)); done <- true }(); <-done }
