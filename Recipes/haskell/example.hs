price :: Int -> Int
price n = if n > 2 then error ("no price for " ++ show n) else n
main :: IO ()
main = print (price 3)
