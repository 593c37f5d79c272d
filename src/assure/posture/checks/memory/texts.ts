// How texts for the model are looked at: what they give away, what they only ask for, and what they bring in.
import { inGit } from "../../causes.ts";
import type { Fault, Looks } from "../../check.ts";
import {
  disablesProtection,
  hiddenText,
  importsIn,
  tellsToDownload,
  tellsToHarm,
  type TextRemark,
} from "../../inputs/instruction-text.ts";
import {
  expecting,
  filesIn,
  isGuarded,
  itemsAt,
  lineFault,
  linesOf,
  ofFiles,
  textsIn,
} from "../../looking.ts";
import { isSecretPlace } from "../../inputs/secret-places.ts";
import { secretLines } from "../../inputs/secret-texts.ts";
import type { SeenFile, AuditInputs } from "../../inputs/audit-inputs.ts";
import { rulesIn } from "../permissions/plain-rules.ts";
import { isForSecrets } from "#assure/scan/file-kinds.ts";
import { remarkFaults } from "../../text-remarks.ts";
import { joinPath } from "#base/path.ts";
import { scanText } from "#guard/content/scan.ts";

const MEMORY =
  /(?:^|\/)(?:CLAUDE(?:\.local)?|AGENTS)\.md$|(?:^|\/)\.claude\/(?:rules|memory)\/.*\.md$/;

/** Texts that the client reads at the start of a session, and what they import from the repository. */
function memoryFiles({ repository, home }: AuditInputs): readonly SeenFile[] {
  const own = filesIn([repository, home], MEMORY);
  const found = new Map(own.map((file) => [file.shown, file]));
  for (const file of own) {
    if (file.place !== "repository") continue;
    const folder = file.path.includes("/") ? file.path.replace(/\/[^/]*$/, "") : "";
    for (const { path } of importsIn(file.text ?? "")) {
      const inside = joinPath(`/${folder}`, path).slice(1);
      const imported = repository.files.get(inside);
      if (imported !== undefined && !isForSecrets(inside)) found.set(imported.shown, imported);
    }
  }
  return [...found.values()];
}

const ofMemory = (find: (file: SeenFile, auditInputs: AuditInputs) => readonly Fault[]) =>
  ofFiles(memoryFiles, "CLAUDE.md", find);

const remarked = (remarks: (text: string) => readonly TextRemark[], fix: string) =>
  ofMemory((file) => remarkFaults(file, remarks, fix));

/** Lines that forbid, with what they forbid where it is worth a rule: a secret place or a command with effect. */
const FORBIDS =
  /\b(?:never|do not|don't|must not|mustn't|may not|not allowed to|forbidden to|under no circumstances|cannot|no (?:direct )?(?:access|pushes|push|edits?|reading)|(?:strictly |absolutely )?(?:prohibited|forbidden|banned|disallowed)(?: to| from)?|off[- ]limits|refrain from|stay away from|avoid at all costs|is not permitted|are not permitted|hands off)\b/i;
/** What a program does, and no ban: `the build never fails without a key`. */
const SAYS_HOW_IT_IS =
  /^(?:never|cannot|do not|don't) (?:crash(?:es)?|fails?|breaks?|throws|raises|hangs|happens?|needs|becomes?)\b/i;
/** What is forbidden is a way of writing code, which no rule of the client could hold. */
const ABOUT_CODE =
  /^\s*(?:\S+\s+){0,3}?(?:hard-?cod|embed|inline|bake|assume|mock|stub|expose|leak|rely|depend|store|put|paste|include|add|commit|log|print|check in|ship)\w*\b[^.\n]{0,60}\b(?:secrets?|credentials?|keys?|tokens?|passwords?|ports?|urls?|paths?)\b/i;
/** A heading below which each point is forbidden. */
const FORBIDS_BELOW =
  /^#{1,6}\s*(?:\W*\s)?(?:(?:strictly |absolutely )?(?:forbidden|prohibited|banned|not allowed|off[- ]limits|disallowed)|never(?: do| ever)?|do(?:n['’]?t| not)s?|(?:things|what) (?:you (?:must|should) )?(?:never|not)(?: to)? do|hard (?:limits|rules|stops)|red lines|no-?gos?)\b[^\n]{0,30}$/i;
const SUBJECTS: readonly (readonly [RegExp, RegExp])[] = [
  [
    /\.env\b|\bsecrets?(?: files?|\/| directory| folder)|\bcredential(?:s)?(?: files?|\/)|\.pem\b|\.key\b|~?\/?\.ssh\b|~?\/?\.aws\b|\bprivate keys?\b/i,
    /env|secret|credential|pem|key|ssh|aws/i,
  ],
  [
    /\bgit push\b|\bpush(?:ing)? (?:directly )?to (?:the )?[`"']?(?:main|master|remote|origin|production|protected)/i,
    /git push|push/i,
  ],
  [/\bforce[- ]push/i, /push/i],
  [
    /\brm -rf?\b|\bdelete (?:files|directories|folders|data)\b|\bdrop (?:tables?|databases?)\b/i,
    /\brm\b|drop/i,
  ],
  [/\b(?:npm|yarn|pnpm) publish\b|\bpublish(?:ing)? (?:the )?packages?\b/i, /publish/i],
  [
    /\b(?:terraform|tofu) (?:apply|destroy)\b|\bkubectl\b|\bhelm\b|\bdeploy(?:ing)? (?:to|directly|anything)\b|\b(?:run |touch )?production (?:database|deploy|migrations?)\b|\bmigrations? (?:against|on|in) (?:the )?prod/i,
    /terraform|kubectl|helm|deploy|migrat|psql/i,
  ],
  [/`?\b(?:curl|wget)\b`?/i, /curl|wget/i],
  [/\bsudo\b/i, /sudo/i],
  [
    /\bgit (?:reset --hard|clean|rebase)\b|\brewrite (?:git )?history\b/i,
    /git (?:reset|clean|rebase)/i,
  ],
  [
    /(?:edit|modify|change|touch|write to) [^.\n]{0,30}(?:\.github\/|workflows?\b|\.git\/|migrations?\/|`?infra\/?)/i,
    /github|workflow|\.git|migrations|infra/i,
  ],
];

/** Texts of rules, hooks and sandbox lists that restrict something, as one text. */
function restrictions(auditInputs: AuditInputs): string {
  return [
    ...(["deny", "ask"] as const).flatMap((list) =>
      rulesIn(auditInputs, list).map(({ placed }) => placed.text),
    ),
    ...itemsAt(auditInputs, ["sandbox", "filesystem", "denyRead"]).flatMap(({ node }) =>
      textsIn(node),
    ),
    ...itemsAt(auditInputs, ["sandbox", "filesystem", "denyWrite"]).flatMap(({ node }) =>
      textsIn(node),
    ),
    ...auditInputs.hooks
      .filter(({ event }) => event === "PreToolUse" || event === "PermissionRequest")
      .flatMap(({ command, args = [], scripts }) => [
        command,
        ...args,
        ...scripts.map(({ text = "" }) => text),
      ]),
  ].join("\n");
}

/** Detectors of what says who somebody is, without names and addresses that every project file holds. */
const CONTACT = /email|mail|phone|name|address|url|ip\b|ip-|handle|user/i;

/** Whether a line is somebody's record: whose it is, and a number by which they are known. What is said to be made up is none. */
function isRecordOfPerson(line: string): boolean {
  return (
    /\b(?:patients?|clients?|customers?|employees?|policy ?holders?|insured|applicants?|students?)\b/i.test(
      line,
    ) &&
    /\b(?:IBAN|SSN|MRN|DOB|born|date of birth|passport|card|insurance|account|tax id|social security|national id)\b[^\n]{0,20}?\d(?:[ /.-]?\w?\d){5,}/i.test(
      line,
    ) &&
    !/(?<!\.)\b(?:test|tests|testing|example|sample|fake|dummy|fixtures?|sandbox|format|placeholder|mock|demo|e\.g\.|synthetic|made[- ]up)\b/i.test(
      line,
    )
  );
}

/** Functions about texts that the client reads at the start. */
export const textLooks: Looks = {
  secret: ofMemory((file) =>
    [...new Set([...secretLines(file), ...connectionLines(file)])].map((line) => ({
      ...lineFault(
        file,
        line,
        "a secret stands here: it is committed, and the model reads it at each start",
        "make it invalid, and name the variable that holds it",
      ),
      evidence: "",
      ...(secretLines(file, "high").includes(line) ? {} : ({ severity: "medium" } as const)),
    })),
  ),
  "guidance-as-enforcement": ofMemory((file, auditInputs) => {
    if (isGuarded(auditInputs)) return [];
    const held = restrictions(auditInputs);
    let isBelow = false;
    return linesOf(file).flatMap(({ line, text }) => {
      if (/^#{1,6}\s/.test(text)) isBelow = FORBIDS_BELOW.test(text.trim());
      const forbids = FORBIDS.exec(text);
      const isPoint = isBelow && /^\s*(?:[-*+]|\d+[.)])\s/.test(text);
      if (forbids === null && !isPoint) return [];
      if (forbids !== null && SAYS_HOW_IT_IS.test(text.slice(forbids.index))) return [];
      if (ABOUT_CODE.test(forbids === null ? text : text.slice(forbids.index))) return [];
      // What a sentence calls forbidden may stand before the word as well as behind it.
      const isAround =
        forbids === null ||
        /prohibited|forbidden|banned|disallowed|off[- ]limits|not permitted/i.test(forbids[0]) ||
        /^(?:must not|mustn't|may not|cannot|never) be\b/i.test(text.slice(forbids.index));
      const rest = isAround ? text : text.slice(forbids.index);
      const open = SUBJECTS.find(([subject, keeper]) => subject.test(rest) && !keeper.test(held));
      if (open === undefined) return [];
      return [
        lineFault(
          file,
          line,
          "only this text forbids it: no rule and no hook does",
          "add a rule under `permissions.deny`, or run `sallyport init`",
        ),
      ];
    });
  }),
  "imports-secret": ofMemory((file) =>
    importsIn(file.text ?? "")
      .filter(({ path }) => isSecretPlace(path))
      .map(({ line }) =>
        lineFault(file, line, "a file of secrets is read at each start", "take the import out"),
      ),
  ),
  "imports-outside": ofMemory((file) =>
    importsIn(file.text ?? "")
      .filter(({ path }) => !isSecretPlace(path) && leadsOutside(file, path))
      .map(({ line }) =>
        lineFault(
          file,
          line,
          "a file outside of the repository decides what the model is told",
          "copy what is needed into the repository, or into `~/.claude/`",
        ),
      ),
  ),
  "hidden-text": remarked(hiddenText, "take it out, and look at who put it there"),
  "harmful-instruction": remarked(tellsToHarm, "take it out, and look at who put it there"),
  "disables-protection": remarked(
    disablesProtection,
    "take it out: what must be possible belongs into rules",
  ),
  "downloads-code": remarked(tellsToDownload, "install a fixed version beforehand"),
  "personal-data": ofMemory((file) => {
    const text = file.text ?? "";
    const found = scanText(text, "content", { path: file.path }).findings.filter(
      ({ family, tier, detector }) =>
        family !== "secret" && tier !== "low" && !CONTACT.test(detector),
    );
    const lines = [
      ...found.map(({ start }) => text.slice(0, start).split("\n").length),
      ...linesOf(file)
        .filter((one) => isRecordOfPerson(one.text))
        .map(({ line }) => line),
    ];
    return [...new Set(lines)].map((line) => ({
      ...lineFault(
        file,
        line,
        "data of a person stands here, and goes to the model at each start",
        "take it out, and use made-up examples",
      ),
      evidence: "",
    }));
  }),
  "no-security-contact": expecting(
    (auditInputs) => [
      ...memoryFiles(auditInputs)
        .filter(({ text }) =>
          /\bsecurity\b[\s\S]{0,400}(?:contact|team|report|e-?mail|@|slack|channel|on[- ]call)|(?:contact|report|escalate)[\s\S]{0,200}\bsecurity\b/i.test(
            text ?? "",
          ),
        )
        .map(({ shown }) => shown),
      ...filesIn([auditInputs.repository], /(?:^|\/)SECURITY\.md$/i).map(({ shown }) => shown),
    ],
    {
      message: "neither CLAUDE.md nor SECURITY.md says whom to tell when something went wrong",
      fix: "add a section with the security team's contact to CLAUDE.md",
    },
    { applies: inGit },
  ),
};

/** Addresses of databases with a password that is no placeholder. */
function connectionLines(file: SeenFile): readonly number[] {
  return linesOf(file).flatMap(({ line, text }) => {
    const password =
      /\b(?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|redis|rediss|amqps?|mssql):\/\/[^\s:/@]*:([^\s@/]+)@/i.exec(
        text,
      )?.[1];
    if (password === undefined) return [];
    return /^(?:pass(?:word)?|secret|pw|pwd|user|changeme|example|x+|\*+|\.+|<.*>|\$\{?.*|\[.*\]|your[-_]?.*|postgres|root|test|admin)$/i.test(
      password,
    )
      ? []
      : [line];
  });
}

function leadsOutside(file: SeenFile, path: string): boolean {
  if (file.place === "home") return path.startsWith("/");
  if (path.startsWith("~/.claude/")) return false;
  if (/^(?:~|\/)/.test(path)) return true;
  const folder = file.path.split("/").slice(0, -1);
  let depth = folder.length;
  for (const part of path.split("/")) {
    depth += part === ".." ? -1 : part === "." || part === "" ? 0 : 1;
    if (depth < 0) return true;
  }
  return false;
}
