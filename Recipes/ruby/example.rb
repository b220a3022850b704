class Cart
  def total(items) = items.map { |i| price(i) }.sum
  def price(item)
    item.fetch(:price)
  end
end
Cart.new.total([{ price: 1 }, {}])
