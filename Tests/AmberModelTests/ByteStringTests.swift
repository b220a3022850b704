import AmberModel
import Testing

struct ByteStringTests {
    @Test(
        arguments: [
            (Array("grün".utf8), "grün"), ([0x61, 0x0A], "a\\x0a"), ([0x61, 0xFF], "a\\xff"),
            (Array("\u{9B}2J".utf8), "\\xc2\\x9b2J"), ([0x7F], "\\x7f"),
        ] as [([UInt8], String)])
    func `what cannot be printed is written as its bytes`(_ bytes: [UInt8], _ text: String) {
        #expect(ByteString(bytes).description == text)
    }
}
