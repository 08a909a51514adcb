s.name = %q<
s.version = '
s.licenses = [%q<%q<'"
name =
.name =""
