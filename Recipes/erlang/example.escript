#!/usr/bin/env escript
main(_) -> io:format("~p~n", [price([{net, "x"}])]).
price(Item) -> list_to_integer(proplists:get_value(net, Item)).
