// Scripts around the record: what deletes, counts, keeps incidents, and contains them.
import { type Fault, type Look, type Looks, notApplicable, unseen, verdict } from "../../check.ts";
import {
  absence,
  expecting,
  fileFault,
  filesIn,
  lineFault,
  linesOf,
  ofFiles,
  ofSettings,
  scalarOf,
  spotFault,
  spotsAt,
} from "../../looking.ts";
import { scriptFiles } from "../../scripts-seen.ts";
import type { HookSight, SeenFile, Sights } from "../../sights.ts";
import { isOn, named, variablesOf } from "../../variables.ts";

const operations = (sights: Sights) => scriptFiles(sights);
const ofOperations = (find: (file: SeenFile, sights: Sights) => readonly Fault[]) =>
  ofFiles(operations, "script", find);
const isAboutLogs = (text: string) =>
  /claude|audit/i.test(text) && /\blogs?\b|\.log|\.jsonl/i.test(text);

/** Checks of the family `record` about scripts of operations. */
export const operationLooks: Looks = {
  "delete-before-archive": ofOperations((file) => {
    const text = file.text ?? "";
    if (!isAboutLogs(text)) return [];
    const lines = linesOf(file).filter(({ text: one }) => !/^\s*#/.test(one));
    const deletes = lines.find(({ text: one }) =>
      /\bfind\b.*(?:-delete|-exec\s+rm|\|\s*xargs[^|]*\brm\b)|\brm\s+(?:-\w+\s+)*["']?\S*(?:log|audit|jsonl)/i.test(
        one,
      ),
    );
    const archive = lines.findLast(({ text: one }) =>
      /\b(?:aws s3 (?:sync|cp|mv)|gsutil (?:-m )?(?:cp|rsync)|gcloud storage|az storage|rclone|rsync|scp|s3cmd|tar\s+-?\w*c|restic|borg)\b/i.test(
        one,
      ),
    );
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
          /\b[ef]?grep\b[^|]*\b-\w*c\w*\b[^|]*["'][^"']*(?:denied|blocked|error|deny|fail)/i.test(
            text,
          ) ||
          /\b[ef]?grep\b[^|]*["'][^"']*(?:denied|blocked)(?:\\?\|)[^"']*["'][^|]*\|\s*wc\s+-l/i.test(
            text,
          ) ||
          /\b[ef]?grep\b[^|]*["'][^"']*(?:denied|deny|blocked|error)[^"']*["'][^|]*\|\s*wc\s+-l/i.test(
            text,
          ) ||
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
            /^\s*(?:export\s+ANTHROPIC_API_KEY=(?:""|''|\s*$)|unset\s+ANTHROPIC_API_KEY|ANTHROPIC_API_KEY=(?:""|'')?\s*$)/.test(
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
