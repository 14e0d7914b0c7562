-- Posts a release of another container each time; the whole request comes from a file,
-- in which @ stands for the seven digits of its number. Argument: that file.
function init(args)
  local file = assert(io.open(args[1], "rb"))
  before, after = file:read("*a"):match("^(.*)@(.*)$")
  file:close()
  number = 0
end

function request()
  number = number + 1
  return before .. string.format("%07d", number) .. after
end
