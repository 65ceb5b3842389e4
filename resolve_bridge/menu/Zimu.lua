--[[
Zimu in DaVinci Resolve for where no Python runs: Workspace > Scripts > Edit > Zimu (Lua). Lua 5.1.
Written there by `zimu hosts install resolve`.

In Studio it opens the panel, which comes in from outside (External scripting using: Local). The free edition lets
nothing in from outside: up to 21.0 the entry Zimu, in Python, does it all; from 21.1 on only files remain, and Lua runs
in a sandbox without `os` and `io` there, so that nothing here may be taken for granted.
--]]

local COMMAND = "zimu" -- how a shell starts Zimu; the install writes the whole path, quoted
local PROGRAM = "" -- the file of it
local PAGE = "" -- the address of the page that says what to do

local TEXTS = {
  files = {
    "The free edition of DaVinci Resolve runs no Python since 21.1, so Zimu cannot work in here. Use files: run "
      .. "`zimu export FILE --bundle resolve`, and follow the page that it writes.",
    "从 21.1 起，免费版 DaVinci Resolve 不再运行 Python，Zimu 无法在这里工作。请用文件：运行 "
      .. "`zimu export FILE --bundle resolve`，然后按照它写出的说明页操作。",
  },
  python = {
    "In the free edition of DaVinci Resolve use the entry Zimu, above this one. If it is not in the menu, install "
      .. "64-bit Python 3 from python.org and restart Resolve.",
    "在免费版 DaVinci Resolve 中请用菜单里的 Zimu。如果菜单里没有它，请从 python.org 安装 64 位 Python 3，"
      .. "然后重新启动 Resolve。",
  },
  command = {
    "Zimu could not be started. Run `zimu hosts install resolve` again, or start `zimu resolve panel` in a terminal.",
    "无法启动 Zimu。请再运行一次 `zimu hosts install resolve`，或在终端里运行 `zimu resolve panel`。",
  },
}

-- The value of `work`, or nil: whatever the sandbox took away ends here.
local function try(work)
  local good, value = pcall(work)
  if good then
    return value
  end
  return nil
end

local function show(name)
  local text = "Zimu: " .. TEXTS[name][1] .. "\n\n" .. TEXTS[name][2]
  try(function() print(text) end)
  local seen = try(function() return bmd.openurl(PAGE .. "#" .. name) or true end)
  if not seen then -- the window of questions exists where a composition is open
    try(function() return comp:AskUser("Zimu", { { "Text", Name = "", "Text", Default = text, Lines = 8 } }) end)
  end
end

local function is_studio()
  local name = try(function() return resolve:GetProductName() end)
  return type(name) == "string" and string.find(name, "Studio", 1, true) ~= nil
end

-- Whether this is the free edition of 21.1 or later. Unknown counts as later: there the files always work.
local function is_closed()
  local version = try(function() return resolve:GetVersion() end)
  local major = try(function() return tonumber(version[1]) end)
  local minor = try(function() return tonumber(version[2]) end) or 0
  return major == nil or major > 21 or (major == 21 and minor >= 1)
end

local function on_windows()
  return try(function() return string.sub(package.config, 1, 1) == "\\" end) or false
end

local function is_there(path)
  local file = try(function() return io.open(path, "rb") end)
  if file then
    file:close()
  end
  return file ~= nil
end

-- Start the panel beside Resolve, and do not wait for it: what it starts as cannot say whether it came up.
local function start()
  if not is_there(PROGRAM) then
    return false
  end
  local line = COMMAND .. " resolve panel --show"
  if on_windows() then
    line = 'start "" /B ' .. line
  else
    line = line .. " >/dev/null 2>&1 &"
  end
  return try(function()
    local status = os.execute(line)
    return status == 0 or status == true
  end)
end

if is_studio() then
  if not start() then
    show("command")
  end
elseif is_closed() then
  show("files")
else
  show("python")
end
