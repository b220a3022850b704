proc total {items} {
    set sum 0
    foreach item $items { set sum [expr {$sum + $item}] }
    return $sum
}
puts [total {1 2 x}]
