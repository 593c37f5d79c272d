// How ignore files and files of variables are looked at: what git leaves out, and what sessions can still read.
import { inGit } from "../../causes.ts";
import { type Looks, notApplicable, verdict } from "../../check.ts";
import {
  expecting,
  fileFault,
  filesIn,
  isGuarded,
  itemsAt,
  lineFault,
  ofFiles,
  textsIn,
} from "../../looking.ts";
import { isSecretPlace } from "../../inputs/secret-places.ts";
import type { AuditInputs } from "../../inputs/audit-inputs.ts";
import { rulesIn } from "../permissions/plain-rules.ts";
import { isEnvExample, isEnvFile, isForSecrets } from "#assure/scan/file-kinds.ts";
import { compileGlob } from "#base/glob.ts";
import { envParity } from "#govern/ignores/env-parity.ts";
import { isAboutSecrets, parseIgnoreFile, samplePath } from "#govern/ignores/ignore-file.ts";

/** A file of each class of secrets that every repository may come to have. */
const SECRET_FILES = [".env", ".env.local", "certs/server.pem", "certs/server.key"];

/** Whether a rule, the sandbox or the guard keeps sessions from reading a path of the repository. */
function isReadDenied(auditInputs: AuditInputs, path: string): boolean {
  if (isGuarded(auditInputs)) return true;
  const rules = rulesIn(auditInputs, "deny").filter(({ tool }) => tool === "Read");
  const patterns = [
    ...rules.map(({ subject = "**" }) => subject),
    ...itemsAt(auditInputs, ["sandbox", "filesystem", "denyRead"]).flatMap(({ node }) =>
      textsIn(node),
    ),
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

const isTracked = ({ git }: AuditInputs, path: string): boolean =>
  git.kind === "seen" && git.value.tracked(path) === true;

const envFiles = ({ repository }: AuditInputs) =>
  [...repository.files.values()].filter(({ path }) => isEnvFile(path));

/** Functions about ignore files and examples. */
export const ignoreLooks: Looks = {
  "claudeignore-alone": ofFiles(
    ({ repository }) => filesIn([repository], /(?:^|\/)\.claudeignore$/),
    "`.claudeignore`",
    (file, auditInputs) => {
      const left = parseIgnoreFile(file.text ?? "").filter(
        (entry) => !entry.isNegated && !isReadDenied(auditInputs, samplePath(entry)),
      );
      const open = left.find(({ text }) => isSecretPlace(text)) ?? left[0];
      if (open === undefined) return [];
      return [
        {
          ...lineFault(
            file,
            open.line,
            "the client does not read this file, and no rule keeps what it lists",
            "add `Read(...)` denies for its lines, or run `sallyport init`, which holds them",
          ),
          ...(isSecretPlace(open.text) ? {} : ({ severity: "low" } as const)),
        },
      ];
    },
  ),
  "env-not-ignored": (auditInputs) => {
    const files = envFiles(auditInputs);
    if (files.length === 0) return notApplicable("there is no `.env` file");
    return verdict(
      files.map(({ shown }) => shown),
      files
        // Committed on purpose or not: another check says so, with what is in it.
        .filter(({ path }) => !auditInputs.isIgnored(path))
        // Committed on purpose or not: another check says so, with what is in it. One machine's own values are no purpose.
        .filter(({ path }) => path.endsWith(".local") || !isTracked(auditInputs, path))
        .map((file) => ({
          ...fileFault(
            file,
            "git does not ignore the file, so it is committed sooner or later",
            `add \`${file.path}\` to \`.gitignore\`, or run \`sallyport ignores write\``,
          ),
          ...(isTracked(auditInputs, file.path) ? ({ severity: "low" } as const) : {}),
        })),
    );
  },
  "ignored-but-readable": (auditInputs) => {
    const files = [...auditInputs.repository.files.values()].filter(
      ({ path }) =>
        isForSecrets(path) &&
        !isEnvExample(path) &&
        auditInputs.isIgnored(path) &&
        !isTracked(auditInputs, path),
    );
    if (files.length === 0) return notApplicable("no file of secrets is ignored by git here");
    return verdict(
      files.map(({ shown }) => shown),
      files
        .filter(({ path }) => !isReadDenied(auditInputs, path))
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
    (file, auditInputs) => {
      const { isIgnored, repository } = auditInputs;
      const examples = [...repository.files.keys()].filter(isEnvExample);
      // An example that git has already is seen by everybody, whatever the ignore file says.
      if (examples.some((path) => isTracked(auditInputs, path))) return [];
      // WHY those that are there or spoken of alone: what nobody writes is missed by nobody.
      const taken = [...examples, ...(isSpokenOf(repository) ? [".env.example"] : [])].find(
        isIgnored,
      );
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
  "example-incomplete": (auditInputs) => {
    const { files } = auditInputs.repository;
    const pairs = envFiles(auditInputs).flatMap((env) => {
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
    ({ repository, isIgnored, isAskedFor = false }) =>
      filesIn([repository], /^\.gitignore$/)
        .filter(({ text }) =>
          // WHY all of them where a checklist asks: its item speaks of all, and one line is not that.
          isAskedFor
            ? SECRET_FILES.every(isIgnored)
            : parseIgnoreFile(text ?? "").some(
                ({ pattern, isNegated }) => !isNegated && isAboutSecrets(pattern),
              ),
        )
        .map(({ shown }) => shown),
    {
      message:
        "`.gitignore` names no files of secrets, or leaves out variables, certificates or keys",
      fix: "run `sallyport ignores write`, or add `.env`, `.env.*`, `!.env.example`, `*.pem` and `*.key`",
    },
    { applies: inGit },
  ),
};

/** Whether texts or scripts send people to an example of variables. */
function isSpokenOf({ files }: AuditInputs["repository"]): boolean {
  return [...files.values()].some(
    ({ path, text = "" }) => !path.endsWith(".gitignore") && text.includes(".env.example"),
  );
}
