import json

def price(item):
    return item["price"] * 2

def main():
    items = json.loads('[{"price": 1}, {"cost": 2}]')
    print(sum(price(item) for item in items))

main()
