print("amber")
