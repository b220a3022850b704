func price(_ x: [String: Int]) -> Int { return x["b"]! }
print(price(["a": 1]))
