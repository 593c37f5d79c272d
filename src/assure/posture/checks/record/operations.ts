// Scripts around the record: what deletes, counts, keeps incidents, and contains them.
import type { Fault, Looks } from "../../check.ts";
import { lineFault, linesOf, ofFiles } from "../../looking.ts";
import { operationFiles } from "../../scripts-seen.ts";
import type { SeenFile, AuditInputs } from "../../inputs/audit-inputs.ts";

/** What takes logs away: commands of shells and calls of code. */
const DELETES =
  /\bfind\b.*(?:-delete|-exec\s+rm|\|\s*xargs[^|]*\brm\b)|\brm\s+(?:-\w+\s+)*["']?\S*(?:log|audit|jsonl)|\.unlink\(|\bos\.(?:remove|unlink)\(|\bshutil\.rmtree\(|\b(?:fs\.)?(?:unlink|rm)(?:Sync)?\(|\bFile\.delete\(|\bRemove-Item\b|\btruncate\s+-s\s*0|\bshred\b|^\s*:?\s*>\s*["']?\S*(?:log|audit|jsonl)|\bcp\s+\/dev\/null\s+\S*(?:log|audit|jsonl)|\bClear-Content\b/i;
/** What a program takes away of its own: files that it is about to write, locks. */
const OF_OWN = /\(\s*\w*(?:tmp|temp|lock|pid|sock)\w*/i;
/** What keeps a copy of them. */
const ARCHIVES =
  /\b(?:aws s3(?:api)? (?:sync|cp|mv|put-object)|gsutil (?:-m )?(?:cp|rsync)|gcloud storage|az storage|azcopy|rclone|rsync|scp|s3cmd|mc (?:cp|mirror)|tar\s+-?\w*c|restic|borg|sallyport log archive)\b|\b(?:upload_file(?:obj)?|put_object|upload_from_filename|make_archive|copy2?|copytree|copyFile(?:Sync)?|PutObjectCommand)\(/i;
/** Words of an argument list as they stand on a command line. */
const asWords = (text: string) => text.replaceAll(/["'],\s*["']/g, " ");

/** Words that an alert looks for. */
const VERDICT = String.raw`(?:denied|deny|denies|blocked?|refused?|reject|error|fail|violation|alert)`;
const COUNTS: readonly RegExp[] = [
  // `grep -c WORD`, with any other options around it; `rg --count WORD`.
  new RegExp(
    String.raw`\b(?:[efz]?grep|rg|ag|ugrep)\b(?=[^|]*\s(?:-[A-Za-z]*c[A-Za-z]*|--count(?:-matches)?)\b)[^|]*${VERDICT}`,
    "i",
  ),
  // `grep WORD ... | wc -l`.
  new RegExp(
    String.raw`\b(?:[efz]?grep|rg|ag|ugrep)\b[^|]*${VERDICT}[^|]*\|(?:[^|]*\|)*\s*wc\b`,
    "i",
  ),
  // `awk '/WORD/ { n++ }'`, `awk '/WORD/' ... | wc -l`.
  new RegExp(
    String.raw`\bawk\b\s+'[^']*/[^/']*${VERDICT}[^/']*/[^']*'(?:[^|]*\|\s*wc\b|(?<=\+\+[^']*'))`,
    "i",
  ),
  // Code: `text.count("WORD")`, `"WORD" in line`, `line.includes("WORD")`, `Select-String WORD`.
  new RegExp(String.raw`\.count\(\s*["'][^"']*${VERDICT}`, "i"),
  new RegExp(String.raw`["'][\w ]*${VERDICT}[\w ]*["']\s+in\s+(?:line|row|l|text|entry)\b`, "i"),
  new RegExp(String.raw`\b(?:line|row|l|text|entry)\.includes\(\s*["'][^"']*${VERDICT}`, "i"),
  new RegExp(String.raw`\bSelect-String\b[^|]*${VERDICT}`, "i"),
];

/** Whether a line counts words of a log. What jq or a query gave it are fields already. */
function countsWords(text: string): boolean {
  const before = text.split(/\b(?:[efz]?grep|rg|ag|ugrep|awk)\b/)[0] ?? "";
  if (/\b(?:jq|mlr|duckdb|sqlite3|sallyport)\b[^|]*\|/.test(before)) return false;
  return COUNTS.some((pattern) => pattern.test(text));
}

const operations = (auditInputs: AuditInputs) => operationFiles(auditInputs);
const ofOperations = (find: (file: SeenFile, auditInputs: AuditInputs) => readonly Fault[]) =>
  ofFiles(operations, "script", find);
const isAboutLogs = (text: string) =>
  /claude|audit/i.test(text) &&
  /\blogs?\b|\.log|\.jsonl/i.test(text.replaceAll(/\b(?:console|Math)\.log\b/g, ""));

/** Checks of the family `record` about scripts of operations. */
export const operationLooks: Looks = {
  "delete-before-archive": ofOperations((file) => {
    const text = file.text ?? "";
    if (!isAboutLogs(text)) return [];
    const lines = linesOf(file).filter(({ text: one }) => !/^\s*#/.test(one));
    const deletes = lines.find(({ text: one }) => DELETES.test(one) && !OF_OWN.test(one));
    const archive = lines.findLast(({ text: one }) => ARCHIVES.test(asWords(one)));
    if (deletes === undefined || archive === undefined || deletes.line >= archive.line) return [];
    return [
      lineFault(
        file,
        deletes.line,
        "logs are deleted before they are archived",
        "archive, compare digests, then delete: `sallyport log archive`",
      ),
    ];
  }),
  "query-by-text": ofOperations((file) => {
    if (!isAboutLogs(file.text ?? "")) return [];
    return linesOf(file)
      .filter(({ text }) => !/^\s*#/.test(text))
      .filter(
        ({ text }) =>
          countsWords(text) ||
          /\bawk\b[^|]*\$tool\b|\bawk\b[^|]*\$[a-z_]{3,}\s*==/.test(text) ||
          /\bgrep\b[^|]*["']"?\w+"?\s*:["'][^|]*\|\s*jq\s+-s/.test(text) ||
          /\bcut\s+-d:?\s*['"]?:?['"]?\s*-f\d+\s*\|\s*jq\b|\bcut -d:.*\|\s*jq\b/.test(text),
      )
      .map(({ line }) =>
        lineFault(
          file,
          line,
          "words are counted and no fields are asked, so data that holds the word counts too",
          "ask fields: `sallyport log search 'verdict:deny' --since 1h`",
        ),
      );
  }),
  "incident-in-temporary-file": ofOperations((file) =>
    /incident|breach|forensic|evidence/i.test(file.text ?? "")
      ? linesOf(file)
          .filter(
            ({ text }) =>
              !/^\s*#/.test(text) &&
              !/mktemp/.test(text) &&
              /\/tmp\/[\w$({}+%. :'"-]*(?:incident|breach|evidence|forensic|INC)|(?:incident|evidence|forensic)\w*\s*=\s*["']?\/tmp\//i.test(
                text,
              ),
          )
          .slice(0, 3)
          .map(({ line }) =>
            lineFault(
              file,
              line,
              "everybody on the machine can read the record of the incident, and guess its name",
              "make a folder of your own: `umask 077; dir=$(mktemp -d)`",
            ),
          )
      : [],
  ),
  "containment-without-effect": ofOperations((file) => {
    const isContainment =
      /incident|contain|lockdown|revoke|emergency|breach|leak|rotate|expos|compromis/i.test(
        `${file.path}\n${file.text ?? ""}`,
      );
    return linesOf(file)
      .filter(({ text }) => !/^\s*#/.test(text))
      .filter(
        ({ text }) =>
          /\bclaude\s+config\s+set\s+["']?permissions\b/.test(text) ||
          (isContainment &&
            /^\s*(?:export\s+ANTHROPIC_API_KEY=(?:""|''|\s*$)|unset\s+ANTHROPIC_API_KEY|ANTHROPIC_API_KEY=(?:""|'')?\s*$|set\s+-e\w*\s+ANTHROPIC_API_KEY|(?:os\.environ|process\.env|ENV)(?:\.|\[["'])ANTHROPIC_API_KEY(?:["']\])?\s*=\s*(?:""|''|nil|undefined)|del(?:ete)?\s+(?:os\.environ|process\.env)(?:\.|\[["'])ANTHROPIC_API_KEY|os\.environ\.pop\(["']ANTHROPIC_API_KEY|(?:Remove-Item|ri)\s+env:ANTHROPIC_API_KEY|\$env:ANTHROPIC_API_KEY\s*=\s*(?:""|''|\$null))/i.test(
              text,
            )),
      )
      .map(({ line }) =>
        lineFault(
          file,
          line,
          "this stops nothing: the key stays valid, and the client has no such command",
          "run `sallyport lockdown`, and revoke the key where it was issued",
        ),
      );
  }),
};
