// How texts for the model and ignore files are looked at: what they give away, what they only ask for, and what is really kept.
import { type Fault, type Looks, notApplicable, verdict } from "../check.ts";
import {
  disablesProtection,
  hiddenText,
  importsIn,
  type TextRemark,
  tellsToDownload,
} from "../instruction-text.ts";
import {
  expecting,
  fileFault,
  filesIn,
  isGuarded,
  itemsAt,
  lineFault,
  linesOf,
  ofFiles,
  textsIn,
} from "../looking.ts";
import { isSecretPlace } from "../secret-places.ts";
import { secretLines } from "../secret-texts.ts";
import type { SeenFile, Sights } from "../sights.ts";
import { rulesIn } from "./permissions.ts";
import { isEnvExample, isEnvFile, isForSecrets } from "#assure/scan/file-kinds.ts";
import { compileGlob } from "#base/glob.ts";
import { joinPath } from "#base/path.ts";
import { envParity } from "#govern/ignores/env-parity.ts";
import { isAboutSecrets, parseIgnoreFile, samplePath } from "#govern/ignores/ignore-file.ts";
import { scanText } from "#guard/content/scan.ts";

const MEMORY =
  /(?:^|\/)(?:CLAUDE(?:\.local)?|AGENTS)\.md$|(?:^|\/)\.claude\/(?:rules|memory)\/.*\.md$/;

/** Texts that the client reads at the start of a session, and what they import from the repository. */
export function memoryFiles({ repository, home }: Sights): readonly SeenFile[] {
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

const ofMemory = (find: (file: SeenFile, sights: Sights) => readonly Fault[]) =>
  ofFiles(memoryFiles, "CLAUDE.md", find);
const remarked = (remarks: (text: string) => readonly TextRemark[], fix: string) =>
  ofMemory((file) =>
    remarks(file.text ?? "").map(({ line, message }) => lineFault(file, line, message, fix)),
  );

/** Lines that forbid, with what they forbid where it is worth a rule: a secret place or a command with effect. */
const FORBIDS =
  /\b(?:never|do not|don't|must not|mustn't|may not|not allowed to|forbidden to|under no circumstances|cannot|no (?:direct )?(?:access|pushes|push|edits?|reading))\b/i;
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
    /\b(?:terraform|tofu) (?:apply|destroy)\b|\bkubectl\b|\bhelm\b|\bdeploy(?:ing)? (?:to|directly|anything)\b|\b(?:run |touch )?production (?:database|deploy|migrations?)\b/i,
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
function restrictions(sights: Sights): string {
  return [
    ...(["deny", "ask"] as const).flatMap((list) =>
      rulesIn(sights, list).map(({ placed }) => placed.text),
    ),
    ...itemsAt(sights, ["sandbox", "filesystem", "denyRead"]).flatMap(({ node }) => textsIn(node)),
    ...itemsAt(sights, ["sandbox", "filesystem", "denyWrite"]).flatMap(({ node }) => textsIn(node)),
    ...sights.hooks
      .filter(({ event }) => event === "PreToolUse" || event === "PermissionRequest")
      .flatMap(({ command, args = [], scripts }) => [
        command,
        ...args,
        ...scripts.map(({ text = "" }) => text),
      ]),
  ].join("\n");
}

/** Whether a rule, the sandbox or the guard keeps sessions from reading a path of the repository. */
export function isReadDenied(sights: Sights, path: string): boolean {
  if (isGuarded(sights)) return true;
  const rules = rulesIn(sights, "deny").filter(({ tool }) => tool === "Read");
  const patterns = [
    ...rules.map(({ subject = "**" }) => subject),
    ...itemsAt(sights, ["sandbox", "filesystem", "denyRead"]).flatMap(({ node }) => textsIn(node)),
  ];
  return patterns.some((pattern) => covers(pattern, path));
}

/** Patterns of rules are those of ignore files: a bare name fits at any depth, a folder takes what is below. */
function covers(pattern: string, path: string): boolean {
  if (/^(?:~|\/\/(?!\*\*))/.test(pattern)) return false;
  const bare = pattern
    .replace(/^\/\/(?=\*\*)/, "")
    .replace(/^\.?\//, "")
    .replace(/\/$/, "");
  const isRooted = /^\/(?!\/)/.test(pattern) || (/\//.test(bare) && !bare.startsWith("**/"));
  const glob = isRooted || bare.startsWith("**/") || bare === "**" ? bare : `**/${bare}`;
  return compileGlob(glob)(path) || compileGlob(`${glob}/**`)(path);
}

const envFiles = ({ repository }: Sights) =>
  [...repository.files.values()].filter(({ path }) => isEnvFile(path));

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

/** Functions of the family `memory`. */
export const memoryLooks: Looks = {
  secret: ofMemory((file) =>
    [...new Set([...secretLines(file.text ?? "", file.path), ...connectionLines(file)])].map(
      (line) => ({
        ...lineFault(
          file,
          line,
          "a secret stands here: it is committed, and the model reads it at each start",
          "make it invalid, and name the variable that holds it",
        ),
        evidence: "",
      }),
    ),
  ),
  "guidance-as-enforcement": ofMemory((file, sights) => {
    if (isGuarded(sights)) return [];
    const held = restrictions(sights);
    return linesOf(file).flatMap(({ line, text }) => {
      const forbids = FORBIDS.exec(text);
      if (forbids === null) return [];
      const rest = text.slice(forbids.index);
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
  "claudeignore-alone": ofFiles(
    ({ repository }) => filesIn([repository], /(?:^|\/)\.claudeignore$/),
    "`.claudeignore`",
    (file, sights) => {
      const open = parseIgnoreFile(file.text ?? "").find(
        (entry) => !entry.isNegated && !isReadDenied(sights, samplePath(entry)),
      );
      if (open === undefined) return [];
      return [
        lineFault(
          file,
          open.line,
          "the client does not read this file, and no rule keeps what it lists",
          "add `Read(...)` denies for its lines, or run `sallyport init`, which holds them",
        ),
      ];
    },
  ),
  "env-not-ignored": (sights) => {
    const files = envFiles(sights);
    if (files.length === 0) return notApplicable("there is no `.env` file");
    return verdict(
      files.map(({ shown }) => shown),
      files
        .filter(({ path }) => !sights.isIgnored(path))
        .map((file) =>
          fileFault(
            file,
            "git does not ignore the file, so it is committed sooner or later",
            `add \`${file.path}\` to \`.gitignore\`, or run \`sallyport ignores write\``,
          ),
        ),
    );
  },
  "ignored-but-readable": (sights) => {
    const files = [...sights.repository.files.values()].filter(
      ({ path }) => isForSecrets(path) && !isEnvExample(path) && sights.isIgnored(path),
    );
    if (files.length === 0) return notApplicable("no file of secrets is ignored by git here");
    return verdict(
      files.map(({ shown }) => shown),
      files
        .filter(({ path }) => !isReadDenied(sights, path))
        .map((file) =>
          fileFault(
            file,
            "git does not commit the file, and the client reads it without a question",
            `add \`Read(./${file.path})\` to \`permissions.deny\`, or run \`sallyport init\``,
          ),
        ),
    );
  },
  "example-ignored": ofFiles(
    ({ repository }) => filesIn([repository], /^\.gitignore$/),
    "`.gitignore`",
    (file, { isIgnored, repository }) => {
      const names = [...repository.files.keys()].filter(isEnvExample);
      const wanted = keepsSecretsElsewhere(repository) ? names : [...names, ".env.example"];
      const taken = wanted.find(isIgnored);
      if (taken === undefined) return [];
      const line =
        parseIgnoreFile(file.text ?? "").find(({ text }) => /\.env/.test(text))?.line ?? 1;
      return [
        lineFault(
          file,
          line,
          `\`${taken}\` is ignored too, so nobody sees which variables are needed`,
          "add the line `!.env.example` behind it",
        ),
      ];
    },
  ),
  "example-incomplete": (sights) => {
    const { files } = sights.repository;
    const pairs = envFiles(sights).flatMap((env) => {
      const folder = env.path.replace(/[^/]*$/, "");
      const example = [".env.example", ".env.sample", ".env.template"]
        .map((name) => files.get(`${folder}${name}`))
        .find((file) => file?.text !== undefined);
      return example === undefined || env.text === undefined || !/(?:^|\/)\.env$/.test(env.path)
        ? []
        : [{ env: env.text, example }];
    });
    if (pairs.length === 0) return notApplicable("there is no `.env` beside an example to compare");
    return verdict(
      pairs.map(({ example }) => example.shown),
      pairs.flatMap(({ env, example }) => {
        const { missing } = envParity(env, example.text ?? "");
        return missing.length === 0
          ? []
          : [
              {
                ...fileFault(
                  example,
                  `the example lacks ${missing
                    .slice(0, 8)
                    .map((name) => `\`${name}\``)
                    .join(", ")}`,
                  "add the names with placeholders: `sallyport ignores write`",
                ),
              },
            ];
      }),
    );
  },
  "no-secret-patterns": expecting(
    ({ repository }) =>
      filesIn([repository], /^\.gitignore$/)
        .filter(({ text }) =>
          parseIgnoreFile(text ?? "").some(
            ({ pattern, isNegated }) => !isNegated && isAboutSecrets(pattern),
          ),
        )
        .map(({ shown }) => shown),
    {
      message: "`.gitignore` names no files of secrets",
      fix: "run `sallyport ignores write`, or add `.env`, `.env.*`, `!.env.example`, `*.pem` and `*.key`",
    },
  ),
  "no-security-contact": expecting(
    (sights) => [
      ...memoryFiles(sights)
        .filter(({ text }) =>
          /\bsecurity\b[\s\S]{0,400}(?:contact|team|report|e-?mail|@|slack|channel|on[- ]call)|(?:contact|report|escalate)[\s\S]{0,200}\bsecurity\b/i.test(
            text ?? "",
          ),
        )
        .map(({ shown }) => shown),
      ...filesIn([sights.repository], /(?:^|\/)SECURITY\.md$/i).map(({ shown }) => shown),
    ],
    {
      message: "neither CLAUDE.md nor SECURITY.md says whom to tell when something went wrong",
      fix: "add a section with the security team's contact to CLAUDE.md",
    },
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

/** Whether secrets lie encrypted in the repository and no file of variables is there: then nobody needs an example of one. */
function keepsSecretsElsewhere({ files }: Sights["repository"]): boolean {
  const paths = [...files.keys()];
  const isEnv = (path: string) => /(?:^|\/)\.env(?:\.[\w.-]+)?$/.test(path);
  return paths.some(isEncryptedStore) && !paths.some(isEnv);
}

const isEncryptedStore = (path: string) =>
  /(?:^|\/)(?:credentials\.yml\.enc|credentials\/\w+\.yml\.enc|\.sops\.ya?ml|secrets\.enc\.\w+)$/.test(
    path,
  );
