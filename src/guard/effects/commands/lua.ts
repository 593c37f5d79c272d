// lua and luajit: run code from an option, a file or the input.
import { lua as language } from "../languages/lua.ts";
import { oneLiner } from "../languages/one-liner.ts";

export const lua = oneLiner({
  names: ["lua", "lua5.1", "lua5.2", "lua5.3", "lua5.4", "luajit"],
  language,
  code: "-e",
  loads: "-l -j",
  values: "-O",
  flags: "-E -W",
  typed: "-i",
  about: "-v --version",
});
