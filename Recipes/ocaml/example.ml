let total = List.fold_left (fun sum item -> sum + int_of_string item) 0
let () = print_int (total ["1"; "x"])
