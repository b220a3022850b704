use Carp;
sub inner { confess "bad state" }
sub outer { inner("x", 2) }
outer();
