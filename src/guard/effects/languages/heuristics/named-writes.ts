// Places that code of any language surely names beside what writes there: as its argument, behind what is copied, or by a variable.
import { literal } from "../../../shell/values/text.ts";
import type { Consequence } from "../../model/command-model.ts";
import { writes } from "../../model/consequences.ts";
import { QUOTED } from "./plain-code.ts";

const MODULE = "(?:File|IO|fs|Deno|Bun|os|ioutil|Path|FileUtils|System\\.IO\\.File)(?:\\.|::)";
/** Functions that write to the place that they are given first; `write` alone is a method of streams. */
const WRITES = `(?:\\b${MODULE}(?:bin)?(?:write|append|create|touch|mkdir|Write|Append|Create|Mkdir)\\w*!?|(?<![\\w$.])write(?=\\()|\\b(?:write[_-]?(?:file|text|bytes|region)\\w*|writeFile\\w*|appendFile\\w*|[Ww]riteText|WriteAll\\w+|AppendAll\\w+|file_put_contents|spit|spurt|PrintTo|AppendTo|open_out\\w*|open-output-file|call-with-output-file|with-output-to-file|create_?dir\\w*|createDir\\w*|make-directory|mkdir_p|mkpath))`;
/** Functions whose second place is where something goes. */
const COPIES = `(?:\\b${MODULE})?(?<![\\w$])(?:copy\\w*|copy-[\\w/-]+|cp(?:_r|_lr)?|mv|move\\w*|move-file|rename\\w*|rename-file|symlink\\w*|ln_s\\w*|make-symbolic-link|Copy|Move|file\\s+(?:copy|rename)(?:\\s+-force)?)!?`;

const ROOTED = String.raw`(["'])((?:~?\/(?!\/))[^"'\n$#{}\\]{1,300})`;
const DIRECTLY = new RegExp(String.raw`${WRITES}[^;'"\`\n]{0,44}${ROOTED}\1`, "g");
const OPENS = new RegExp(
  String.raw`\b(?:f?open\w*)[\s(]{1,8}${ROOTED}\1\s*,\s*(?:["':]{0,2}[wa]|write|append|O_(?:WRONLY|RDWR|CREAT))`,
  "g",
);
const BEHIND = new RegExp(
  String.raw`${COPIES}[\s(]+[^'"\n;]{0,40}${QUOTED}[^'"\n;]{0,60}${ROOTED}\1`,
  "g",
);
const COPIED_TO = new RegExp(
  String.raw`\.(?:copyTo|copyRecursively|moveTo|renameTo|copy_to|rename)\(\s*[^'"\`\n;]{0,40}${ROOTED}\1`,
  "g",
);
/** `f = "/x"` and, further on, what writes to \`f\`. */
const BOUND = new RegExp(
  String.raw`(?:[([]\s*([A-Za-z_][\w-]{0,40})\s+|\$?\b([A-Za-z_]\w{0,40})\s*(?::?=|<-)\s*)[^;'"\`\n=]{0,30}?(["'])((?:~?\/(?!\/))[^"'\n$#{}\\]{1,300})\3`,
  "g",
);

const FOUND_MAX = 32;

/** A look at words of plain code. `home` is absolute. */
export function namedWrites(code: string, home: string): readonly Consequence[] {
  const found: string[] = [];
  for (const pattern of [DIRECTLY, OPENS, BEHIND, COPIED_TO])
    for (const [, , path = ""] of code.matchAll(pattern)) found.push(path);
  for (const [, lisp, plain, , path = ""] of [...code.matchAll(BOUND)].slice(0, FOUND_MAX)) {
    const name = (lisp ?? plain ?? "").replaceAll("-", "\\-");
    const given = String.raw`[\s(]+\$?${name}(?![\w"'])`;
    const opened = String.raw`\bopen\w*[\s(]+\$?${name}\s*,\s*["':]{0,2}[wa]`;
    const asMethod = String.raw`(?<![\w])\$?${name}\.(?:write_\w+|open\(\s*["'][wa])`;
    if (new RegExp(`${WRITES}${given}|${opened}|${asMethod}`).test(code)) found.push(path);
  }
  return found.slice(0, FOUND_MAX).map((path) => {
    const place = path.startsWith("~/") ? `${home}${path.slice(1)}` : path;
    return writes(literal(place), "create");
  });
}
