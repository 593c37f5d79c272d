// Detours of programs in Lua, and what they come to.
import { bare, type Folding, fromNumbers, NUMBERS, of, quoted } from "./folding.ts";

/** Tables under other names, texts that are put together, and code in a text. */
export const LUA: readonly Folding[] = [
  of(String.raw`(TEXT)\s*\.\.\s*(TEXT)`, (first, second) => quoted(bare(first) + bare(second))),
  of(String.raw`\bstring\.char\(\s*${NUMBERS}\s*\)`, fromNumbers),
  of(String.raw`\b_(?:G|ENV)\[\s*(TEXT)\s*\]`, (name) => bare(name)),
  of(String.raw`\b(os|io|_G)\[\s*(TEXT)\s*\]`, (table, name) => `${table}.${bare(name)}`),
  of(
    String.raw`\brequire\s*\(?\s*(?:'(os|io)'|"(os|io)")\s*\)?`,
    (first, second) => first ?? second ?? "",
  ),
  of(
    String.raw`\blocal\s+(NAME)\s*=\s*(os|io|os\.execute|io\.popen|os\.remove)\s*[;\n]?\s+?([\s\S]{0,800})`,
    (name, table, rest) =>
      rest.replaceAll(new RegExp(`\\b${name}\\b(?=\\s*[.[(])`, "g"), () => table),
  ),
  of(String.raw`\(\s*(TEXT)\s*\):(?:reverse)\(\s*\)`, (text) =>
    quoted([...bare(text)].reverse().join("")),
  ),
  of(String.raw`\(?(TEXT)\)?:format\(\s*(TEXT)\s*\)`, (template, text) =>
    quoted(
      bare(template).replace(/%[qs]/, (one) => (one === "%q" ? `"${bare(text)}"` : bare(text))),
    ),
  ),
  of(
    String.raw`\b(?:load|loadstring)\s*\(\s*("(?:[^"\\\n]|\\.){1,400}"|'(?:[^'\\\n]|\\.){1,400}')\s*\)\s*\(\s*\)`,
    (code) => code.slice(1, -1).replace(/\\(.)/g, "$1"),
  ),
];
