// Detours of programs in Ruby, and what they come to.
import { bare, type Folding, of, quoted, transliterated } from "./folding.ts";

/** Words as texts with commas between them. */
function wordsOf(list: string): string {
  return list.trim().split(/\s+/).map(quoted).join(", ");
}

/** Methods that are sent by their names, lists of words, and files that are deleted as they are found. */
export const RUBY: readonly Folding[] = [
  of(String.raw`(TEXT)\.tr\(\s*(TEXT)\s*,\s*(TEXT)\s*\)`, (text, from, to) => {
    const changed = transliterated(bare(text), bare(from), bare(to));
    return changed === undefined ? undefined : quoted(changed);
  }),
  of(
    String.raw`\b(system|exec|spawn|eval|IO\.popen)\s+%[qQ]\(([^()'\n]{1,400})\)`,
    (verb, text) => `${verb} '${text}'`,
  ),
  of(String.raw`\.to_proc(?=\.(?:call|\()|\[)`, () => ""),
  of(
    String.raw`(%w\[[^\]]{1,200}\]|TEXT)\.(?:then|tap|yield_self)\s*\{\s*\|\s*(NAME)\s*\|([^{}]{1,200})\}`,
    (value, name, body) => body.replaceAll(new RegExp(`\\b${name}\\b`, "g"), () => value),
  ),
  of(String.raw`\*\s*(TEXT)\.split(?:\(\s*\))?(?!\()`, (text) => wordsOf(bare(text))),
  of(String.raw`\*\s*%w\[([^\]]{1,200})\]`, wordsOf),
  of(
    String.raw`\[\s*((?::\w{1,40}\s*(?:,\s*)?){1,16})\]\.join\b(?:\(\s*(?:''|"")?\s*\))?`,
    (list) => quoted(list.replace(/[:,\s]/g, "")),
  ),
  of(String.raw`\bKernel\.(?=(?:send|public_send|__send__|method)\b)`, () => ""),
  of(
    String.raw`\b(?:Object\.const_get|Kernel\.const_get|const_get)\(\s*(?::(NAME)|(TEXT))\s*\)`,
    (symbol, text) => symbol ?? bare(text ?? "''"),
  ),
  of(
    String.raw`(\b[A-Z]\w{0,40}\.)?\b(?:public_send|__send__|send)\(\s*(?::(NAME)|(TEXT))\s*,\s*`,
    (receiver, symbol, text) =>
      `${receiver === "Kernel." ? "" : (receiver ?? "")}${symbol ?? bare(text ?? "''")}(`,
  ),
  of(
    String.raw`(\b[A-Z]\w{0,40}\.)?\bmethod\(\s*(?::(NAME)|(TEXT))\s*\)(?:\.call\s*\(|\.\(|\[)`,
    (receiver, symbol, text) =>
      `${receiver === "Kernel." ? "" : (receiver ?? "")}${symbol ?? bare(text ?? "''")}(`,
  ),
  of(
    String.raw`%w\[([\w ./~-]{1,200})\]((?:\.push\((?:Dir\.home|TEXT)\)|\s*<<\s*(?:Dir\.home|TEXT)){1,4})\.join\((?:' '|" ")\)`,
    (words, pushed) =>
      quoted(
        [
          words,
          ...[...pushed.matchAll(/Dir\.home|'[^']*'|"[^"]*"/g)].map(([one]) =>
            one === "Dir.home" ? "~" : bare(one),
          ),
        ].join(" "),
      ),
  ),
  of(String.raw`\bDir\[\s*(TEXT)\s*\]`, (path) => `Dir.glob(${path})`),
  of(
    String.raw`\bDir\.glob\(\s*(TEXT)\s*\)\s*(?:\.each)?\s*(?:\{|do)\s*\|\s*(NAME)\s*\|[^{}|]{0,80}\b(?:File|FileUtils)\.(?:delete|unlink|rm\w*)[\s(]+\2\b`,
    (path) => `FileUtils.rm_rf(${path})`,
  ),
  of(
    String.raw`\bDir\.glob\(\s*(TEXT)\s*\)\.each\(&File\.method\(:(?:delete|unlink)\)\)`,
    (path) => `FileUtils.rm_rf(${path})`,
  ),
  of(
    String.raw`\b(?:Dir\.(?:each_child|children|entries|foreach)|Find\.find)\(\s*(TEXT)\s*\)[^;]{0,160}\b(?:File|FileUtils)\.(?:delete|unlink|rm\w*)\b`,
    (path) => `FileUtils.rm_rf(${path})`,
  ),
  of(
    String.raw`\bPathname(?:\.new)?\(\s*(TEXT)\s*\)(?:\.(?:children|each_child|glob\([^()]{0,80}\)))?(?:\.each)?\s*(?:\.(?:rmtree|delete|unlink|rmdir)\b|\(&:(?:delete|unlink|rmtree)\))`,
    (path) => `FileUtils.rm_rf(${path})`,
  ),
  of(
    String.raw`\bPathname\.glob\(\s*(TEXT)\s*\)\.each\(&:(?:delete|unlink|rmtree)\)`,
    (path) => `FileUtils.rm_rf(${path})`,
  ),
  of(
    String.raw`\bPathname(?:\.new)?\(\s*(TEXT)\s*\)\.(?:write|binwrite)\(`,
    (path) => `File.write(${path},`,
  ),
  of(
    String.raw`\bFileUtils\.(?:remove_entry_secure|remove_entry|rm_r|rm_rf|rmtree)[\s(]+Dir\.glob\(\s*(TEXT)\s*\)\)?`,
    (path) => `FileUtils.rm_rf(${path})`,
  ),
  of(String.raw`\bFileUtils\.(?:remove_entry_secure|rmtree)\b`, () => "FileUtils.rm_rf"),
  of(
    String.raw`\bIO\.copy_stream\(\s*(TEXT)\s*,\s*(TEXT)\s*\)`,
    (from, to) => `FileUtils.cp(${from}, ${to})`,
  ),
  of(String.raw`\bprocess\.e?uid\s*=`, () => "Process.setuid "),
  of(String.raw`\bProcess\.e?[ug]id\s*=\s*(\d+)`, (id) => `Process.setuid(${id})`),
  of(
    String.raw`\b(?:method\(:|Kernel\.method\(:)(system|exec|spawn)\)\.call\(`,
    (verb) => `${verb}(`,
  ),
  of(
    String.raw`\binclude\s+FileUtils\s*;\s*(rm\w*|cp\w*|mv|remove\w*)\b`,
    (verb) => `FileUtils.${verb}`,
  ),
];
