// Where a log lies, and who can read and change it there.
import { type Look, type Looks, notApplicable, unseen, verdict } from "../../check.ts";
import { absence, fileFault, filesIn, firstOfAlike, lineFault } from "../../looking.ts";
import type { SeenFile } from "../../inputs/audit-inputs.ts";
import { LOG_FILES, writtenLogs } from "./written-logs.ts";
import { givenModes } from "./log-modes.ts";

const READ = 0o004;
const WRITE = 0o022;
const GIVEN_FIX = "give the log to its writer alone: `chmod 600`, and 700 to its folder";

const inHome = (path: string) =>
  /^(?:~|\$\{?HOME\}?|\$\{?XDG_(?:STATE|DATA|CONFIG|CACHE)_HOME(?::?-[^}]*)?\}?|\$\{?USERPROFILE\}?|\$env:(?:USERPROFILE|HOME|APPDATA|LOCALAPPDATA)|\/home\/[^/]+|\/Users\/[^/]+|\/root)\//.test(
    path,
  );
const inRepository = (path: string) =>
  /^\$\{?(?:CLAUDE_PROJECT_DIR|PWD|PROJECT_DIR|REPO_ROOT)\}?\/|^\$\(git rev-parse[^)]*\)\/|^\.{1,2}\/|^(?:\.claude|logs?|audit|tmp|var)\//.test(
    path,
  ) || /^[\w.-]+\.(?:log|jsonl|ndjson)$/.test(path);

function ofLogs(wanted: (path: string) => boolean, message: string): Look {
  return (auditInputs) => {
    const logs = writtenLogs(auditInputs);
    if (logs.length === 0) return notApplicable("no hook writes a log");
    return verdict(
      [...new Set(logs.map(({ file }) => file.shown))],
      firstOfAlike(
        logs
          .filter(({ path }) => wanted(path))
          .map(({ file, line }) =>
            lineFault(
              file,
              line,
              message,
              "write where another user owns the file, such as `/var/log/claude-code/`, or let `sallyport daemon` keep the record",
            ),
          ),
      ),
    );
  };
}

function ofLogModes(bits: number, message: string, fix: (file: SeenFile) => string): Look {
  return (auditInputs) => {
    const files = filesIn(
      [auditInputs.repository, auditInputs.home, auditInputs.system, auditInputs.managed],
      LOG_FILES,
    );
    // Who may read a folder sees names, and no entry.
    // What others may write is told once, as the worse.
    const given = givenModes(auditInputs).filter(
      (one) => bits !== READ || (!one.isFolder && (one.bits & WRITE) === 0),
    );
    const { guard } = auditInputs;
    const own = guard.kind === "seen" && guard.value.isLogOpen;
    if (
      files.length + given.length === 0 &&
      guard.kind === "seen" &&
      guard.value.logDirectory === undefined
    )
      return notApplicable("there is no log to look at");
    const told = files.filter(({ mode }) => mode !== undefined);
    if (told.length + given.length === 0 && guard.kind === "unseen")
      return unseen("nobody told the rights of a log");
    const faults = [
      ...told
        .filter(({ mode = 0 }) => (mode & bits) > 0)
        .map((file) => fileFault(file, message, fix(file))),
      ...given
        .filter((one) => (one.bits & bits) > 0)
        .map(({ file, line }) => lineFault(file, line, message, GIVEN_FIX)),
    ];
    return verdict(
      [
        ...[...files, ...given.map(({ file }) => file)].map(({ shown }) => shown),
        ...(guard.kind === "seen" && guard.value.logDirectory !== undefined
          ? ["the record of the guard"]
          : []),
      ],
      own
        ? [
            ...faults,
            absence(
              `${message}: the record of the guard`,
              "chmod -R go-rwx on its folder; `sallyport status` names it",
            ),
          ]
        : faults,
    );
  };
}

/** Checks of the family `record` about places of logs. */
export const placeLooks: Looks = {
  "log-in-repository": (auditInputs) => {
    const { guard } = auditInputs;
    const result = ofLogs(
      inRepository,
      "the log lies in the repository: sessions can change it, and it goes with the clone",
    )(auditInputs);
    const committed = filesIn(
      [auditInputs.repository],
      /(?:^|\/)(?:\.claude\/(?:logs?\/)?[\w.-]+\.(?:log|jsonl)|audit[\w.-]*\.(?:log|jsonl))$/,
    ).map((file) =>
      fileFault(
        file,
        "a log of calls lies in the repository",
        "move it out, and write to `/var/log/claude-code/`",
      ),
    );
    if (guard.kind === "seen" && guard.value.isLogInRepository)
      return verdict(
        ["the guard"],
        [
          absence(
            "the record of the guard lies in the audited directory",
            "set `SALLYPORT_DATA` to a folder outside",
          ),
        ],
      );
    return committed.length === 0
      ? result
      : verdict(
          [...result.lookedAt, ...committed.map(({ file = "" }) => file)],
          [...result.faults, ...committed],
        );
  },
  "log-in-home": ofLogs(inHome, "the log lies in the home directory, where sessions can write"),
  "log-readable-by-others": ofLogModes(
    READ,
    "others on this machine can read what sessions did",
    ({ shown }) => `chmod o-r ${shown}`,
  ),
  "log-writable-by-others": ofLogModes(
    WRITE,
    "others on this machine can change what sessions did",
    ({ shown }) => `chmod go-w ${shown}`,
  ),
};
