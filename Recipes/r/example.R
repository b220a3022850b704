price <- function(item) if (is.null(item$price)) stop("no price for ", item$name) else item$price
price(list(name = "amber"))
