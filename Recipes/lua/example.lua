local function price(item)
  return item.price.net
end
print(price({ price = { net = 3 } }), price({}))
