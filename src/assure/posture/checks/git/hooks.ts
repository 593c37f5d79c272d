// Whether hooks of git run, can stop a commit, and look at every file for what they are meant to find.
import { type Fault, type Looks, notApplicable, unseen, verdict } from "../../check.ts";
import { memberOf } from "#govern/settings/json-text.ts";
import { expecting, fileFault, filesIn, lineFault, linesOf, scalarOf } from "../../looking.ts";
import type { SeenFile, Sights } from "../../sights.ts";
import { listedHooks, RUNNERS, runnerLines } from "./hook-lists.ts";
import { isBrokenGrep, isBrokenIn, isBrokenInProgram } from "./hook-patterns.ts";
import { splittingLines } from "./hook-names.ts";
import { declaredHooksPath, hooksPath } from "./hooks-path.ts";

const HOOK_NAMES =
  "applypatch-msg|commit-msg|fsmonitor-watchman|post-checkout|post-commit|post-merge|post-rewrite|post-update|pre-applypatch|pre-commit|pre-merge-commit|pre-push|pre-rebase|pre-receive|prepare-commit-msg|push-to-checkout|update";
const HOOK = new RegExp(
  `(?:^|/)(?:\\.git/hooks|\\.githooks|githooks|\\.husky|hooks)/(?:${HOOK_NAMES})$`,
);
const NAMED_HOOK = new RegExp(`/(?:${HOOK_NAMES})$`);
const ABOUT_SECRETS =
  /secret|credential|password|api[_-]?key|token|AKIA|PRIVATE|gh[opsu]_|github_pat_|glpat-|xox[abp]|sk_live|sk-ant|gitleaks|trufflehog|detect-secrets|git-secrets|talisman|ggshield|noseyparker|ripsecrets|kingfisher|whispers|sallyport/i;

const gitHooks = (sights: Sights) => {
  const told = sights.git.kind === "seen" ? sights.git.value.hooks : [];
  const known = new Set(told.map(({ path }) => path));
  const folder = folderOfHooks(sights);
  const named = filesIn([sights.repository, sights.home], NAMED_HOOK).filter(
    ({ path, place }) =>
      folder !== "" &&
      path.startsWith(`${folder.replace(/^~\//, "")}/`) &&
      (place === "home") === folder.startsWith("~/"),
  );
  const usual = filesIn([sights.repository], HOOK).filter((file) => !named.includes(file));
  return [...told, ...[...named, ...usual].filter(({ path }) => !known.has(path))].filter(
    ({ path }) => !path.endsWith(".sample"),
  );
};
/** The folder that git is told to take hooks from, as it is written without what is around it. */
const folderOfHooks = (sights: Sights): string =>
  (hooksPath(sights)?.value ?? declaredHooksPath(sights)?.value ?? "")
    .replace(/^\.\//, "")
    .replace(/\/$/, "");
const secretHooks = (sights: Sights) =>
  gitHooks(sights).filter(
    ({ text = "", path }) =>
      /pre-commit|pre-push|commit-msg/.test(path) && ABOUT_SECRETS.test(text),
  );

/** Checks of the family `git` about hooks. */
export const hookLooks: Looks = {
  "hook-not-executable": (sights) => {
    const isOldHusky = runsHuskyDirectly(sights);
    const hooks = gitHooks(sights).filter(({ path }) => isOldHusky || !path.startsWith(".husky/"));
    if (hooks.length === 0) return notApplicable("there are no hooks of git");
    const told = hooks.filter(({ mode }) => mode !== undefined);
    if (told.length === 0) return unseen("nobody told the rights of git's hooks");
    return verdict(
      hooks.map(({ shown }) => shown),
      told
        .filter(
          ({ mode = 0, path }) =>
            (mode & 0o111) === 0 &&
            (/^\.(?:git|husky)\//.test(path) ||
              /^\.?githooks\//.test(path) ||
              folderOfHooks(sights) !== ""),
        )
        .map((file) =>
          fileFault(
            file,
            "the hook has no execute bit, so git passes it over",
            `chmod +x ${file.path}`,
          ),
        ),
    );
  },
  "hook-never-fails": (sights) => {
    const hooks = secretHooks(sights);
    const runners = filesIn([sights.repository], RUNNERS).filter(({ text = "" }) =>
      SCANNERS.test(text),
    );
    const listed = listedHooks(sights).filter(({ command }) => SCANNERS.test(command));
    const late = gitHooks(sights).filter(
      ({ path, text = "" }) => /post-(?:commit|merge|checkout)$/.test(path) && scansIn(text),
    );
    if (hooks.length + runners.length + listed.length + late.length === 0)
      return notApplicable("no hook of git looks for secrets");
    return verdict(
      [...new Set([...hooks, ...runners, ...listed.map(({ file }) => file), ...late])].map(
        ({ shown }) => shown,
      ),
      [
        ...hooks.flatMap((file) => neverFails(file)),
        ...hooks.flatMap((file) => callsToothless(file, sights)),
        ...hooks.flatMap((file) => passedOver(file)),
        ...runners.flatMap((file) => onlyByHand(file).map((line) => passes(file, line))),
        ...runners.flatMap((file) => forgivenLines(file).map((line) => passes(file, line))),
        ...runners.flatMap((file) => warnsOnly(file).map((line) => passes(file, line))),
        ...runners.flatMap((file) => leftOutLines(file).map((line) => passes(file, line))),
        ...listed
          .filter(
            ({ command, isForgiven, event }) =>
              isForgiven ||
              event.startsWith("post-") ||
              isToothless(command, command) ||
              /(?:\|\|\s*(?:true|:|exit 0|echo\b[^|&]*)|[^&>]&)\s*$/.test(command),
          )
          .map(({ file, line }) => passes(file, line)),
        ...(hooks.length + runners.length + listed.length === 0
          ? late.map((file) => passes(file, 1))
          : []),
        ...hooks.flatMap((file) => endsInsidePipe(file)),
      ],
    );
  },
  "hook-broken-patterns": (sights) => {
    const hooks = [
      ...secretHooks(sights),
      ...gitHooks(sights).filter(({ text = "" }) =>
        /grep[^\n]*(?:\.pem|\.key|\.env|id_rsa)/.test(text),
      ),
      ...filesIn([sights.repository], /(?:secret|scan)[\w-]*\.(?:sh|bash|py|[cm]?js)$/),
    ];
    const runners = filesIn([sights.repository], RUNNERS).filter(({ text = "" }) =>
      ABOUT_SECRETS.test(text),
    );
    const listed = listedHooks(sights);
    if (hooks.length + runners.length + listed.length === 0)
      return notApplicable("no hook of git looks for secrets");
    const say = (file: SeenFile, line: number) =>
      lineFault(
        file,
        line,
        "the pattern does not match what it is for",
        "take the scan out of the hook and run `sallyport git-hooks install`, whose detectors are tried on labelled lines",
      );
    return verdict(
      [...new Set([...hooks, ...runners, ...listed.map(({ file }) => file)])].map(
        ({ shown }) => shown,
      ),
      [
        ...[...new Set(hooks)].flatMap((file) =>
          linesOf(file)
            .filter(({ text }) => !/^\s*#/.test(text) && isBrokenPattern(text, file.text ?? ""))
            .map(({ line }) => say(file, line)),
        ),
        ...runners.flatMap((file) =>
          runnerLines(file)
            .filter(({ text }) => isBrokenGrep(text) || isBrokenEntry(text, file.text ?? ""))
            .map(({ line }) => say(file, line)),
        ),
        ...listed
          .filter(({ command }) => isBrokenGrep(command))
          .map(({ file, line }) => say(file, line)),
      ],
    );
  },
  "hook-splits-names": (sights) => {
    const hooks = gitHooks(sights);
    const runners = filesIn([sights.repository], RUNNERS);
    const listed = listedHooks(sights);
    if (hooks.length + runners.length + listed.length === 0)
      return notApplicable("there are no hooks of git");
    const say = (file: SeenFile, line: number) =>
      lineFault(
        file,
        line,
        "names of files with spaces are split, and such files are not looked at",
        "write `git diff --cached --name-only -z | xargs -0 ...`, or take the scan out and run `sallyport git-hooks install`",
      );
    return verdict(
      [...hooks, ...runners].map(({ shown }) => shown),
      [
        ...hooks.flatMap((file) => splittingLines(linesOf(file)).map((line) => say(file, line))),
        ...runners.flatMap((file) =>
          splittingLines(runnerLines(file)).map((line) => say(file, line)),
        ),
        ...listed
          .filter(({ command, line }) => splittingLines([{ line, text: command }]).length > 0)
          .map(({ file, line }) => say(file, line)),
      ],
    );
  },
  "hooks-path-missing": (sights) => {
    const path = hooksPath(sights) ?? declaredHooksPath(sights);
    if (path === undefined) return notApplicable("`core.hooksPath` is not set");
    const { file, line, value } = path;
    if (value === "/dev/null")
      return verdict(
        [file.shown],
        [lineFault(file, line, "no hook of git runs", "git config --unset core.hooksPath")],
      );
    const tree = value.startsWith("~/") ? sights.home : sights.repository;
    if (/^(?:~[^/]|\/|\$)/.test(value))
      return unseen("`core.hooksPath` lies outside of the repository", [file.shown]);
    const folder = `${value.replace(/^(?:\.|~)\//, "").replace(/\/$/, "")}/`;
    // Husky makes its own folder when it is installed.
    if (/^\.husky\/_\/$|^\.git\//.test(folder)) return verdict([file.shown], []);
    const isThere = [...tree.files.keys()].some((one) => one.startsWith(folder));
    if (!isThere && !tree.isWhole)
      return unseen("not all of the repository was walked", [file.shown]);
    return verdict(
      [file.shown],
      isThere
        ? []
        : [
            lineFault(
              file,
              line,
              "the folder is not there, so no hook of git runs",
              `git config --unset core.hooksPath, or put the hooks into \`${folder}\``,
            ),
          ],
    );
  },
  "no-pre-push": expecting(
    (sights) => [
      ...gitHooks(sights)
        .filter(({ path }) => path.endsWith("pre-push"))
        .map(({ shown }) => shown),
      ...filesIn(
        [sights.repository],
        /(?:^|\/)(?:lefthook\.ya?ml|\.pre-commit-config\.yaml|package\.json)$/,
      )
        .filter(({ text = "" }) => /pre-push|no-commit-to-branch/.test(text))
        .map(({ shown }) => shown),
    ],
    {
      message: "no pre-push hook keeps the default branch",
      fix: "run `sallyport git-hooks install --protect main`",
    },
    {
      applies: ({ git }) =>
        git.kind === "seen" && !git.value.isRepository
          ? "there is no git repository here"
          : undefined,
    },
  ),
};

/** Up to its version 8, husky has git run the files of `.husky/` themselves; since 9 it reads them with `sh`. */
function runsHuskyDirectly({ repository, json }: Sights): boolean {
  return filesIn([repository], /^package\.json$/).some((file) => {
    const kinds = ["devDependencies", "dependencies"].map((kind) => memberOf(json(file), kind));
    return kinds.some((node) =>
      /^[\^~]?[4-8](?:\.|$)/.test(String(scalarOf(memberOf(node, "husky")) ?? "")),
    );
  });
}

const SCANNERS =
  /gitleaks|trufflehog|detect-secrets|git[- ]secrets|secretlint|sallyport|ggshield|talisman|noseyparker|ripsecrets|kingfisher|whispers/i;
/** Whether a hook looks at what is committed for secrets. */
const scansIn = (text: string): boolean => SCANNERS.test(text.replaceAll(/^\s*#.*$/gm, ""));

const passes = (file: SeenFile, line: number): Fault =>
  lineFault(
    file,
    line,
    "whatever is found, the commit goes on",
    "let it end with `exit 1` where something is found, or take the scan out and run `sallyport git-hooks install`",
  );

/** Lines that look for secrets and forgive what they find, or do not wait for it. */
function forgivenLines(file: SeenFile): readonly number[] {
  return linesOf(file)
    .filter(({ text }) => !/^\s*#/.test(text) && ABOUT_SECRETS.test(text))
    .filter(({ text }) => {
      const command = text.replace(/["']?\s*,?\s*$/, "").trim();
      if (isToothless(command, file.text ?? "")) return true;
      const [scan = "", ...then] = command.split("||");
      if (then.length === 0) return SCANNERS.test(scan) && /[^&>]&$/.test(command);
      return /^\s*(?:true|:|exit\s+0|(?:echo|printf)\b(?!.*exit [1-9]))/.test(then.join("||"));
    })
    .map(({ line }) => line);
}

/** A scanner that is told to end well whatever it finds, or whose status something behind it hides. */
function isToothless(command: string, whole: string): boolean {
  if (!SCANNERS.test(command)) return false;
  if (/--exit-code[= ]0\b|--no-fail\b|--exit-zero\b|--soft-fail\b/.test(command)) return true;
  if (/;\s*(?:exit\s+0|true|:)\s*["']?,?\s*$/.test(command)) return true;
  // Without `--fail` it only tells.
  if (
    /\btrufflehog\s+(?:git|filesystem|github|docker)\b/.test(command) &&
    !/--fail\b/.test(command)
  )
    return true;
  const isLast = new RegExp(`${escaped(command)}[^\\n]*\\s*$`).test(whole.trimEnd());
  return (
    isLast &&
    /\b(?:gitleaks|trufflehog|detect-secrets\S*|git-secrets|secretlint|ggshield)\b[^|]*\|\s*(?:tee|cat|sed|tail|head|less|jq|awk|sort)\b[^|&;]*$/.test(
      command,
    ) &&
    !/pipefail|PIPESTATUS/.test(whole)
  );
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Scanners of lefthook that are always passed over, and of pre-commit that are given no file. */
function leftOutLines(file: SeenFile): readonly number[] {
  const lines = linesOf(file);
  const depthOf = (text: string): number => /^\s*/.exec(text)?.[0].length ?? 0;
  return lines.flatMap(({ text, line }, at) => {
    const isOff =
      /^\s+(?:-\s+)?skip:\s*true\s*(?:#.*)?$|^\s*skip\s*=\s*true\b|^\s+(?:-\s+)?enabled:\s*false\b/.test(
        text,
      ) || /^\s+(?:files:\s*["']?\^\$["']?|exclude:\s*["']?(?:\^?\.\*\$?|\^)["']?)\s*$/.test(text);
    if (!isOff) return [];
    const depth = depthOf(text);
    const before = lines.slice(0, at).toReversed();
    const after = lines.slice(at + 1);
    const isOwn = ({ text: one }: { text: string }) => one.trim() === "" || depthOf(one) >= depth;
    const isTable = /^\s*\[/;
    const ownBefore = before.slice(
      0,
      Math.max(
        0,
        before.findIndex((one) => !isOwn(one) || isTable.test(one.text)),
      ) + 1,
    );
    const end = after.findIndex((one) => !isOwn(one) || isTable.test(one.text));
    const own = [...ownBefore, ...(end === -1 ? after : after.slice(0, end))];
    return own.some(({ text: one }) => SCANNERS.test(one)) ? [line] : [];
  });
}

/** A loop behind a bar is a process of its own: what it ends with is not what the hook ends with, where more follows. */
function endsInsidePipe(file: SeenFile): readonly Fault[] {
  const text = file.text ?? "";
  if (/pipefail|^\s*set\s+-\w*e|^#![^\n]*\s-\w*e|\$\?|PIPESTATUS|lastpipe/m.test(text)) return [];
  const loop = /\|\s*while\b[^]*?^\s*done\b([^\n]*)/m.exec(text);
  if (loop === null || !/\bexit\s+[1-9]/.test(loop[0]) || /\|\||&&/.test(loop[1] ?? "")) return [];
  const rest = `${text.slice(0, loop.index)}${text.slice(loop.index + loop[0].length)}`;
  const isLast = text.slice(loop.index + loop[0].length).trim() === "";
  if (isLast || /\bexit\s+[1-9]/.test(rest)) return [];
  return [passes(file, text.slice(0, loop.index).split("\n").length)];
}

/** An expression of a hook that pre-commit itself looks for, which it reads as Python does. */
function isBrokenEntry(text: string, whole: string): boolean {
  return /language:\s*pygrep/.test(whole) && /[\]\w)]\\\{\d+(?:,\d*)?\\\}|\w\\\|\w/.test(text);
}

/** A hook of a list that is told to warn alone. */
function warnsOnly(file: SeenFile): readonly number[] {
  if (!/overcommit/.test(file.path)) return [];
  const lines = linesOf(file);
  return lines.flatMap(({ text, line }, at) => {
    if (
      !/^\s+on_(?:fail|warn):\s*(?:warn|pass|ignore)\b/.test(text) ||
      /on_warn:\s*warn/.test(text)
    )
      return [];
    const depth = /^\s*/.exec(text)?.[0].length ?? 0;
    const own = lines
      .slice(Math.max(0, at - 8), at + 8)
      .filter(({ text: one }) => (/^\s*/.exec(one)?.[0].length ?? 0) >= depth);
    return own.some(({ text: one }) => SCANNERS.test(one)) ? [line] : [];
  });
}

/** A hook that finds something and lets the commit go on all the same. */
function neverFails(file: SeenFile): readonly Fault[] {
  const text = file.text ?? "";
  const lines = linesOf(file).filter(({ text: one }) => !/^\s*#/.test(one));
  const [swallowed] = forgivenLines(file);
  if (swallowed !== undefined) return [passes(file, swallowed)];
  // What is taken back, or ends every run well, stops nothing.
  const isTakenBack =
    /^\s*trap\s+["']?exit 0["']?\s+(?:EXIT|0)\b/m.test(text) ||
    (/^\s*set\s+\+e\b/m.test(text) &&
      !/\$\?|\bexit\s+[1-9]/.test(text) &&
      text.lastIndexOf("set +e") > text.lastIndexOf("set -e") &&
      /^\s*(?:echo|printf|exit 0)\b/.test(
        lines.findLast(({ text: one }) => one.trim() !== "")?.text ?? "",
      ));
  if (isTakenBack) return [passes(file, lines.at(-1)?.line ?? 1)];
  const fails =
    /\bexit\s+(?:[1-9]|"?\$)|\breturn\s+[1-9]|set -\w*e|set -o errexit|^#![^\n]*sh\s+-\w*e|sys\.exit\((?!0)|process\.exit\((?!0)/.test(
      text,
    );
  const last = lines.filter(({ text: one }) => one.trim() !== "").at(-1);
  const isTool =
    last !== undefined &&
    // What a hook ends with is what its last command ends with; these end well, and blocks are looked into by their lines.
    !/^\s*(?:(?:echo|printf|exit|true|:|rm|unset|date|cd|export|return|read|sleep|logger|fi|done|esac|else|then)(?=\s|;|$)|[)}\]]|\w+=)/.test(
      last.text,
    ) &&
    /^#!.*sh\b|^(?!#!)/.test(text) &&
    !/\|\|/.test(last.text);
  if (fails || isTool) {
    const undone = /\bexit\s+[1-9]/.test(text)
      ? undefined
      : lines.find(
          ({ text: one }) =>
            /^\s*exit\s+0\s*$/.test(one) && /set -\w*e/.test(text) === false && !isTool,
        );
    return undone === undefined ? [] : [passes(file, undone.line)];
  }
  return [passes(file, last?.line ?? 1)];
}

/** A scanner whose status another command's takes the place of. WHY not of husky's: it runs them with `sh -e`. */
function passedOver(file: SeenFile): readonly Fault[] {
  const text = file.text ?? "";
  if (/(?:^|\/)\.husky\//.test(file.path) || !/^#![^\n]*sh\b/.test(text)) return [];
  if (/^\s*set\s+-\w*e|^#![^\n]*\s-\w*e|\$\?|\berrexit\b|\btrap\b/m.test(text)) return [];
  const lines = linesOf(file).filter(({ text: one }) => !/^\s*(?:#|$)/.test(one));
  const [found] = lines
    .slice(0, -1)
    .filter(({ text: one }) =>
      /^(?:npx\s+(?:--?\S+\s+)*)?(?:gitleaks|trufflehog|detect-secrets\S*|git[- ]secrets|secretlint|ggshield)\s[^|&;]*$/.test(
        one,
      ),
    );
  return found === undefined || /^\s*exit\s+[1-9]/.test(lines.at(-1)?.text ?? "")
    ? []
    : [passes(file, found.line)];
}

/** A script of the repository's own that a hook calls last, and that finds something and ends well all the same. */
function callsToothless(file: SeenFile, { repository }: Sights): readonly Fault[] {
  return linesOf(file).flatMap(({ line, text }) => {
    const called =
      /^\s*(?:exec\s+)?(?:(?:python3?|node|ruby|bash|sh|perl)\s+)?["']?(?:\.\/|\$\(git rev-parse --show-toplevel\)\/)?((?:[\w.-]+\/)*[\w.-]+\.(?:py|js|mjs|cjs|sh|rb|pl))\b/.exec(
        text,
      )?.[1];
    const script = called === undefined ? undefined : repository.files.get(called)?.text;
    if (script === undefined || !ABOUT_SECRETS.test(script)) return [];
    const fails =
      /exit\s*\(?\s*(?!0\b|\)|$)["'\w$(]|exitCode\s*=|\braise\b|\bthrow\b|\bdie\b|\babort\b|set -\w*e|assert\b|check_call|check=True|execFileSync|execSync/m.test(
        script,
      );
    return fails ? [] : [passes(file, line)];
  });
}

/** Scanners that a list of hooks starts by hand only. */
function onlyByHand(file: SeenFile): readonly number[] {
  if (!/pre-commit-config/.test(file.path)) return [];
  const lines = linesOf(file);
  const starts = lines.flatMap(({ text }, at) => (/^\s*-\s+id:/.test(text) ? [at] : []));
  return starts.flatMap((from, index) => {
    const own = lines.slice(from, starts[index + 1] ?? lines.length);
    const said = own.map(({ text }) => text).join("\n");
    const isManual = /^\s*stages:\s*(?:\[\s*manual\s*\]|\n\s*-\s*manual\s*$(?!\n\s*-))/m.test(said);
    const isTold = /--exit-code["']?[=,\s]+["']?0\b|--exit-zero\b|--soft-fail\b|--no-fail\b/.test(
      said,
    );
    return (isManual || isTold) && SCANNERS.test(said) ? [own[0]?.line ?? 1] : [];
  });
}

/** Patterns that were measured to miss what they are for (X.21, X.22). */
function isBrokenPattern(text: string, whole: string): boolean {
  if (isBrokenGrep(text) || isBrokenInProgram(text)) return true;
  const isGrep =
    /grep|PATTERN|REGEX|=~|'[^']*\|[^']*'|"[^"]*\|[^"]*"/i.test(text) ||
    // A list of patterns that a later line gives to grep.
    (/grep/.test(whole) && /'[^']*(?:\.\*|\\[sd]|[+\]{])[^']*'/.test(text));
  if (!isGrep) return false;
  // A list of patterns that grep is given without being told to read it as extended.
  const listed = /^\s*(?:\w+=\(?\s*)?(?:'([^']+)'|"([^"]+)")\s*\)?\s*$/.exec(text);
  if (listed !== null && readsAsBasic(whole) && isBrokenIn("basic", listed[1] ?? listed[2] ?? ""))
    return true;
  const isPerl = /grep\s+(?:-\w+\s+)*-\w*P|--perl-regexp|\brg\b|python|node/.test(whole);
  // Without `-E` a plain brace is a brace: `{16}` counts nothing.
  const basic =
    /\bgrep\s+((?:--?[\w-]+(?:=\S+)?\s+)*)(?:"([^"]*)"|'([^']*)')/.exec(text) ?? undefined;
  const isBasic =
    basic !== undefined && !/(?:^|\s)-\w*[EPF]|--(?:extended|perl|fixed)/.test(basic[1] ?? "");
  const given = basic?.[2] ?? basic?.[3] ?? "";
  if (isBasic && /[\]\w)](?<!\\)\{\d+(?:,\d*)?\}|\](?<!\\)[+?](?=$|[^\]])/.test(given)) return true;
  // As a fixed text it is looked for with its signs.
  const isFixed = /(?:^|\s)-\w*F|--fixed/.test(basic?.[1] ?? "");
  if (isFixed && /\.\*|\[[^\]]+\](?:[+*{]|$)|\\[sdwb]|\}\d/.test(given)) return true;
  // Lines of a diff begin with a sign.
  if (/\bgit\s+diff\b[^\n]*\|/.test(text) && /^\^[A-Za-z]/.test(given)) return true;
  return (
    /mongodb\+srv:/.test(text.replaceAll("\\+", "")) ||
    (!isPerl && /\[[^\]]*\\s[^\]]*\]/.test(text)) ||
    (!isPerl && /\\d[{+*]/.test(text)) ||
    // A plain `|` is a bar there, and the words on both sides are looked for as one.
    (isBasic && /\w(?<!\\)\|\w/.test(basic[2] ?? basic[3] ?? "")) ||
    /PRIVATE\.\*KEY/.test(text) ||
    (!isPerl && /\(\?[:=!<i]/.test(text))
  );
}

/** Whether every grep of a script is given a variable, and none is told which kind of pattern it holds. */
function readsAsBasic(whole: string): boolean {
  const calls = [...whole.matchAll(/\bgrep\s+((?:--?[\w-]+\s+)*)["']?\$/g)];
  return (
    calls.length > 0 &&
    calls.every(
      ([, options = ""]) => !/(?:^|\s)-\w*[EPFf]|--(?:extended|perl|fixed|file)/.test(options),
    )
  );
}
