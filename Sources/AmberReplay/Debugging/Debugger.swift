/// A debugger that Amber knows how to start.
public enum Debugger: String, Sendable, CaseIterable {
    /// The GNU debugger, of this machine, attached to the process in the sandbox.
    case gdb
    /// LLVM's, of this machine, attached likewise.
    case lldb
    /// Delve, of this machine, attached likewise; gdb where it is not installed.
    case go
    /// Python's own, inside the sandbox, out of the bundle.
    case pdb
    /// Node's inspector, through a forwarded port.
    case node
    /// The JVM's debug wire protocol, through a forwarded port.
    case java
    /// Perl's own, inside the sandbox.
    case perl
    /// A prompt in Ruby's failing frame, inside the sandbox.
    case ruby
    /// A prompt where PHP's exception was thrown, inside the sandbox.
    case php
    /// A prompt before each command of a bash script, inside the sandbox.
    case bash
}
