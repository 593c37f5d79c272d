// What files of a repository would run when it is opened, entered or installed: editors, dev containers, packages, directory tools.
import { type Fault, type Looks, notApplicable, verdict } from "../../check.ts";
import { downloadsCode, hostOf, isLoopback } from "../../inputs/addresses.ts";
import { filesIn, lineFault, linesOf, ofFiles, scalarOf } from "../../looking.ts";
import { packageScripts } from "../../scripts-seen.ts";
import type { SeenFile, AuditInputs } from "../../inputs/audit-inputs.ts";
import { readJsonc } from "../../texts/jsonc.ts";
import { variableClass } from "../../inputs/variable-classes.ts";
import { type JsonNode, memberOf, placeIn } from "#govern/settings/json-text.ts";

/** What runs a program out of a file that Vim, Neovim or Emacs reads in a folder. */
const STARTS_WITH_EDITOR =
  /(?:^|[\s|:])!\s*\S|\bsystem(?:list)?\(|\bjobstart\(|\bos\.execute\(|\bio\.popen\(|\bshell-command\b|\bcall-process\b|\bstart-process\b|\(eval\s*\.|\bcompile-command\b.*\b(?:curl|sh)\b/;

/** Functions of files. */
export const fileLooks: Looks = {
  "editor-task": ofFiles(
    ({ repository }) =>
      filesIn(
        [repository],
        /(?:^|\/)\.vscode\/(?:tasks|settings)\.json$|\.code-workspace$|(?:^|\/)\.zed\/tasks\.json$|(?:^|\/)\.idea\/.*\.xml$|(?:^|\/)(?:\.n?vim(?:rc|\.lua)|\.(?:exrc|lvimrc|dir-locals\.el|dir-locals-2\.el|projectile))$/,
      ),
    "editor configuration",
    (file) => {
      if (!/\.(?:json|code-workspace|xml)$/.test(file.path))
        return linesOf(file)
          .filter(({ text }) => !/^\s*(?:"|;|--)/.test(text) && STARTS_WITH_EDITOR.test(text))
          .slice(0, 1)
          .map(({ line }) =>
            lineFault(
              file,
              line,
              "an editor that reads this file runs it when the folder is opened",
              "take the line out",
            ),
          );
      const root = readJsonc(file.text ?? "", file.shown);
      const tasks = memberOf(root, "tasks");
      const list = tasks?.kind === "object" ? memberOf(tasks, "tasks") : tasks;
      const opened = (list?.kind === "array" ? list.elements : []).filter(
        (task) => scalarOf(memberOf(memberOf(task, "runOptions"), "runOn")) === "folderOpen",
      );
      return [
        ...opened.map((task) =>
          nodeFault(
            file,
            task,
            "the task runs as soon as the folder is opened",
            'take `"runOn": "folderOpen"` out',
          ),
        ),
        ...(root?.kind === "object"
          ? root.members
              .filter(
                ({ key, value }) => key === "task.allowAutomaticTasks" && scalarOf(value) === "on",
              )
              .map(({ value }) =>
                nodeFault(
                  file,
                  value,
                  "tasks run when the folder is opened, without a question",
                  "take the key out",
                ),
              )
          : []),
      ];
    },
  ),
  "host-command": ofFiles(
    ({ repository }) => filesIn([repository], /(?:^|\/)\.?devcontainer\.json$/),
    "dev container",
    (file) => {
      const command = memberOf(readJsonc(file.text ?? "", file.shown), "initializeCommand");
      return command === undefined
        ? []
        : [
            nodeFault(
              file,
              command,
              "this runs on the host, before the container is there",
              "move it to `postCreateCommand`, which runs in the container",
            ),
          ];
    },
  ),
  "install-script": (auditInputs) => {
    const scripts = packageScripts(auditInputs).filter(({ name }) =>
      /^(?:pre|post)?(?:install|prepare|prepack|publish)$|^prepublishOnly$/.test(name),
    );
    const builds = filesIn([auditInputs.repository], BUILDS);
    if (scripts.length + builds.length === 0)
      return notApplicable("no package here has a script that runs on install");
    const risky = builds.flatMap((file) => {
      const found = linesOf(file).find(
        ({ text }) =>
          !/^\s*(?:#|\/\/)/.test(text) && isRisky(text.replaceAll(/["'],\s*["']/g, " ")),
      );
      const line = found?.line ?? (fetchesAndRuns(file.text ?? "") ? 1 : undefined);
      return line === undefined ? [] : [{ file, line, name: "", command: "" }];
    });
    return verdict(
      [...new Set([...scripts.map(({ file }) => file.shown), ...builds.map(({ shown }) => shown)])],
      [
        ...risky,
        ...scripts.filter(
          ({ command, file }) =>
            isRisky(command) ||
            namedScripts(auditInputs, file, command).some(
              ({ text = "" }) => isRisky(text) || fetchesAndRuns(text),
            ),
        ),
      ].map(({ file, line }) =>
        lineFault(
          file,
          line,
          "an install downloads code and runs it, or sends data",
          "ship what is needed in the package, or fetch it with a digest; install with `--ignore-scripts`",
        ),
      ),
    );
  },
  "directory-environment": ofFiles(
    ({ repository }) =>
      filesIn(
        [repository],
        /(?:^|\/)(?:\.envrc(?:\.\w+)?|\.?(?:mise|rtx)(?:\.[\w-]+)*\.toml|\.?mise\/config(?:\.[\w-]+)*\.toml|\.config\/mise(?:\/config|\/conf\.d\/[\w-]+)?\.toml)$/,
      ),
    "`.envrc` or mise file",
    (file) =>
      linesOnEntry(file)
        .filter(({ text }) => {
          if (/^\s*#/.test(text)) return false;
          const [, name, value = ""] =
            /^\s*(?:export\s+|_\.)?["']?([A-Za-z_][\w]*)["']?\s*=\s*["']?([^"']*)/.exec(text) ?? [];
          if (name !== undefined && isRedirecting(name, value)) return true;
          return (
            /\b(?:curl|wget|eval|source_url|nc|bash\s+-c|python3?\s+-c|node\s+-e)\b/.test(text) ||
            /^\s*(?:\.\/|(?:bash|sh|python3?|node|ruby|perl)\s+(?!=))\S+/.test(text) ||
            /^\s*(?:source|\.)\s+(?!_|\$|\.env\b|\.\/?\.env)\S+\.sh/.test(text) ||
            /^\s*(?:\[hooks|enter\s*=|cd\s*=|_\.source\s*=|\[env\._\.source\])/.test(text) ||
            /^\s*_\s*=\s*\{.*\bsource\s*=/.test(text)
          );
        })
        .slice(0, 5)
        .map(({ line }) =>
          lineFault(
            file,
            line,
            "entering the folder sets what programs run or trust, or runs a program",
            "take the line out; set what is needed in the command that needs it",
          ),
        ),
  ),
};

function nodeFault(file: SeenFile, node: JsonNode, message: string, fix: string): Fault {
  const at = placeIn(file.text ?? "", node.start);
  return { ...lineFault(file, at.line, message, fix), column: at.column };
}

/** A command that fetches code and runs it, or sends what it finds. */
/** Code that an installation of other languages' packages runs: Python, Ruby, Rust. */
const BUILDS = /(?:^|\/)(?:setup\.py|extconf\.rb|build\.rs)$/;

function isRisky(text: string): boolean {
  return (
    downloadsCode(text) ||
    /\b(?:curl|wget)\b[^\n;&|]*(?:\s-d\b|\s--data|\s-F\b|\s-T\b|--upload-file|--post-(?:data|file))/.test(
      text,
    ) ||
    /\|\s*(?:curl|wget|nc|ncat)\b/.test(text) ||
    /\bnode\s+-e\s+.*(?:https?\.(?:get|request)|fetch\(|child_process|eval\()/.test(text) ||
    /\b(?:env|printenv)\b\s*\|/.test(text)
  );
}

/** Code of an install script that fetches text and executes it, or sends the environment. */
function fetchesAndRuns(text: string): boolean {
  const fetches = /https?\.(?:get|request)\(|\bfetch\(|axios|urlopen|requests\.(?:get|post)/.test(
    text,
  );
  const hosts = [...text.matchAll(/https?:\/\/[^\s"'`)]+/g)].map(
    ([address]) => hostOf(address) ?? "",
  );
  if (!fetches || isVerified(text) || (hosts.length > 0 && hosts.every(isLoopback))) return false;
  return (
    /\beval\(|new Function\(|\bexec(?:Sync|File|FileSync)?\(|\bspawn(?:Sync)?\(|vm\.run|os\.system|subprocess/.test(
      text,
    ) || /JSON\.stringify\(process\.env\)|process\.env\s*[,)]|os\.environ\b/.test(text)
  );
}

/** Whether what is fetched is held against a digest or a signature before it is run. */
function isVerified(text: string): boolean {
  return /createHash\(|hashlib\.sha|sha(?:256|384|512)sum\s+(?:-c|--check)|shasum\s+.*-c|gpg\s+--verify|cosign\s+verify|minisign\s+-V|integrity/.test(
    text,
  );
}

/** Lines of a file that count when the folder is entered: the tasks of a mise file are called by their name. */
function linesOnEntry(file: SeenFile): ReturnType<typeof linesOf> {
  if (!file.path.endsWith(".toml")) return linesOf(file);
  let section = "";
  return linesOf(file).filter(({ text }) => {
    section = /^\s*\[+([^\]]+)\]/.exec(text)?.[1] ?? section;
    return !/^(?:tasks|tools|settings|alias|plugins)\b/.test(section.trim());
  });
}

/** Scripts of the repository that a command of a package names. */
function namedScripts(
  { repository }: AuditInputs,
  file: SeenFile,
  command: string,
): readonly SeenFile[] {
  const folder = file.path.replace(/[^/]*$/, "");
  return (command.match(/[\w./-]+\.(?:js|mjs|cjs|ts|sh|py)/g) ?? []).flatMap(
    (word) => repository.files.get(`${folder}${word.replace(/^\.\//, "")}`) ?? [],
  );
}

/** Whether a variable is of one of the classes, other than a folder of the project's own tools on the path. */
function isRedirecting(name: string, value: string): boolean {
  const found = variableClass(name, value);
  if (found === undefined) return false;
  // Tools that lie in the home directory or on the disk are the person's own.
  return found !== "path" || /(?:^|:)(?:\.|\/tmp)|PWD|\.\//.test(value);
}
