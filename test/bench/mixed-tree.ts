// A tree of many kinds of files: the project's own, and made ones of kinds that it has none of.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { deflateSync } from "node:zlib";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const MADE_BYTES = 1_000_000;
const FILES_OF_KIND = 4;

/** Lines of a kind of file, the same at every run. */
const LINES: Readonly<Record<string, (at: number) => string>> = {
  csv: (at) =>
    `${at},customer-${at},${(at * 7919) % 100_000},2024-0${1 + (at % 9)}-1${at % 9},${at % 2 === 0 ? "open" : "closed"}\n`,
  java: (at) =>
    `    public String getField${at}(final Request request) { return request.getHeader("X-Field-${at}").orElse(null); }\n`,
  py: (at) =>
    `def handler_${at}(event, context):\n    return {"statusCode": 200, "body": json.dumps({"id": ${at}})}\n\n`,
  go: (at) =>
    `func (s *Server) Handle${at}(w http.ResponseWriter, r *http.Request) error {\n\treturn s.store.Put(r.Context(), "item-${at}")\n}\n`,
  xml: (at) =>
    `  <entry id="e${at}"><name>Entry ${at}</name><value>text number ${at}</value></entry>\n`,
  html: (at) =>
    `<li class="item item-${at}"><a href="/pages/${at}.html" title="Page ${at}">Page ${at}</a></li>\n`,
  sql: (at) =>
    `INSERT INTO orders (id, customer, amount) VALUES (${at}, 'customer-${at}', ${(at * 31) % 997}.50);\n`,
  ipynb: (at) =>
    `  {"cell_type": "code", "execution_count": ${at}, "source": ["df = load(\\"part-${at}.parquet\\")\\n", "df.head()"]},\n`,
  map: (at) =>
    `;AAAA,SAAS,${"ABCDEFGH"[at % 8]}${"IQgYowE5"[at % 8]},EAAE${at % 10},GAAG,CAAC,QAAQ,EAAE`,
  "min.js": (at) =>
    `function f${at}(e,t){return e&&t?e.key+t.value[${at}]:null}var v${at}={token:f${at},id:"${at}"};`,
  lock: (at) =>
    `[[package]]\nname = "crate-${at}"\nversion = "1.${at % 40}.0"\nchecksum = "${(at * 2_654_435_761).toString(16).padStart(16, "0").repeat(4).slice(0, 64)}"\n\n`,
  po: (at) =>
    `#: src/page-${at}.vue:${at}\nmsgid "Save changes of item ${at}"\nmsgstr "Änderungen von Eintrag ${at} sichern"\n\n`,
  log: (at) =>
    `2024-05-0${1 + (at % 9)}T10:${10 + (at % 50)}:11.${100 + (at % 900)}Z INFO worker-${at % 8} request ${at} done in ${at % 300} ms\n`,
  obj: (at) => `v ${(at * 0.618) % 1} ${(at * 0.414) % 1} -${(at * 0.732) % 1}\n`,
};

/** Writes the tree and returns its folder. */
export function makeMixedTree(folder: string): string {
  const own = execFileSync("git", ["ls-files", "-z"], { cwd: ROOT, encoding: "utf8" });
  for (const path of own.split("\0").filter((one) => one !== "")) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    copyFileSync(join(ROOT, path), join(folder, path));
  }
  const made = join(folder, "made");
  mkdirSync(made, { recursive: true });
  for (const [kind, line] of Object.entries(LINES))
    for (let part = 0; part < FILES_OF_KIND; part += 1)
      writeFileSync(join(made, `file-${part}.${kind}`), linesOf(line, part));
  for (let part = 0; part < FILES_OF_KIND; part += 1)
    writeFileSync(join(made, `picture-${part}.png`), picture(part));
  return folder;
}

function linesOf(line: (at: number) => string, part: number): string {
  const lines: string[] = [];
  for (let at = part * 100_000, length = 0; length < MADE_BYTES / FILES_OF_KIND; at += 1) {
    const one = line(at);
    lines.push(one);
    length += one.length;
  }
  return lines.join("");
}

/** A PNG whose pixels are packed noise; its checksums are none. */
function picture(seed: number): Buffer {
  let state = seed + 1;
  const noise = Buffer.alloc(MADE_BYTES).map(() => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 16;
  });
  const part = (kind: string, content: Buffer): Buffer => {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(content.length);
    head.write(kind, 4, "latin1");
    return Buffer.concat([head, content, Buffer.alloc(4)]);
  };
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const parts = [part("IHDR", Buffer.alloc(13)), part("IDAT", deflateSync(noise))];
  return Buffer.concat([signature, ...parts, part("IEND", Buffer.alloc(0))]);
}
