<?php
class Cart {
  function total($items) { foreach ($items as $i) { $this->price($i); } }
  function price(array $i) { throw new DomainException("no price"); }
}
(new Cart)->total([[1]]);
