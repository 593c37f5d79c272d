// The hooks that a repository shares with everybody who works on it: a script of its own that asks each one's sallyport.
import { CLIENT_WAITS_S } from "#base/waits.ts";
import { buildCommandInsertion, type HookEntry, type Insertion } from "./hook-entries.ts";

/** The script, relative to the repository; committed beside the shared settings. */
export const sharedScriptPath = ".claude/sallyport-hook.sh";

/**
 * Entries for a repository's own `.claude/settings.json`. They name no person: no token, port, user or absolute path. WHY
 * the form with arguments: measured, the client fills in `${CLAUDE_PROJECT_DIR}` there, and no shell of the person starts.
 */
export function buildSharedInsertion(): Insertion {
  const target = { nodePath: "/", hookPath: "/", projectId: "", dataDirectory: "/", home: "/" };
  const { hooks } = buildCommandInsertion(target, () => undefined);
  return { hooks: hooks.map(sharedEntry), env: [] };
}

function sharedEntry({ event, handler }: HookEntry): HookEntry {
  const { args, ...rest } = handler;
  const isWatched = Array.isArray(args) && args.includes("--watched");
  const kind = isWatched ? ["watched"] : [];
  const script = `\${CLAUDE_PROJECT_DIR}/${sharedScriptPath}`;
  return { event, handler: { ...rest, command: "/bin/sh", args: [script, event, ...kind] } };
}

/** By this line a script is known to be ours, whatever version it is. */
const MARK = "# sallyport: shared hook";

/** Whether a script was made by us and may be replaced by a newer one. */
export function isSharedScript(text: string): boolean {
  return text.split("\n", 3).some((line) => line.startsWith(MARK));
}

/**
 * The script. It uses built-ins of the shell and absolute paths only, because the project may set `PATH`. It ends with 0
 * and the answer, or for a tool call with 2, which blocks: whatever else the program ends with does not let a call run.
 */
export const SHARED_SCRIPT = `#!/bin/sh
${MARK}, version 2. Made by \`sallyport init --shared\`; see \`sallyport uninstall --shared\`.
# Asks the sallyport of the person who works here. Called as: sh sallyport-hook.sh EVENT [watched]
event=\${1-}
kind=\${2-}
data=
case \${SALLYPORT_HOME-} in
  /*) data=$SALLYPORT_HOME ;;
  *)
    case \${XDG_DATA_HOME-} in
      /*) data=$XDG_DATA_HOME/sallyport ;;
      *) data=\${HOME-}/.local/share/sallyport ;;
    esac
    ;;
esac
hook=$data/bin/sallyport-hook
if [ -f "$hook" ] && [ -x "$hook" ]; then
  unset NODE_OPTIONS NODE_PATH LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT
  if [ -n "$kind" ]; then
    "$hook" --shared yes --data "$data" --home "\${HOME-}" --watched yes
    exit
  fi
  "$hook" --shared ${CLIENT_WAITS_S} --data "$data" --home "\${HOME-}" && exit 0
  exit 2
fi
case $event in
  PreToolUse)
    echo 'sallyport: refused: this repository is guarded and sallyport is not set up for you; a person installs sallyport as the team does, and runs here: sallyport init' >&2
    exit 2
    ;;
  SessionStart)
    echo '{"systemMessage":"sallyport: this repository is guarded and sallyport is not set up for you: tool calls are refused until you install sallyport as the team does, and run here: sallyport init"}'
    ;;
esac
exit 0
`;
