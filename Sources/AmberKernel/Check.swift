import Glibc

/// Turns a shim's `-errno` into a thrown error, retrying EINTR.
///
/// - Throws: `SyscallError` with the shim's error number.
package func check<Result: SignedInteger & FixedWidthInteger>(
    _ call: SyscallError.Call, on subject: @autoclosure () -> String, _ body: () -> Result
) throws(SyscallError) -> Result {
    while true {
        let result = body()
        if result >= 0 { return result }
        if result == -Result(EINTR) { continue }
        throw SyscallError(call: call, code: Int32(-result), subject: subject())
    }
}
