// When a shared hook of a repository leaves an event to the hooks of the person's own settings, which are called as well.
import { processStart } from "#platform/processes.ts";
import type { ControlState } from "../services/projects/controls.ts";
import type { Project } from "../services/projects/project.ts";
import type { ProjectBook } from "../services/projects/projects.ts";
import { isReadIn, speakingFiles } from "../services/projects/session-project.ts";

/**
 * Whether the person's own hooks stand in settings that this client reads. It must be certain, because an event that both
 * leave to the other is judged by nobody: where it is not, the shared hook judges too.
 */
export function isLeftToOwnHooks(
  directory: string,
  options: {
    readonly book: ProjectBook;
    readonly inspect: (project: Project) => ControlState;
    readonly environment: NodeJS.ProcessEnv;
  },
): boolean {
  const { book, inspect, environment } = options;
  const [file] = speakingFiles(book, directory);
  const entry = book.all().find(({ settingsFile }) => settingsFile === file);
  if (entry === undefined || !isReadIn(entry, directory)) return false;
  const project = { id: entry.id, root: directory, entry: entry.id };
  return inspect(project).kind === "intact" && readsAllSettings(environment["CLAUDE_PID"]);
}

/** Options by which a client does not read the person's settings, or reads others above them. */
const NARROWING = /^--(?:setting-sources|settings|bare|safe-mode)(?:=|$)/;

/** Whether the client was started without an option that leaves settings out. False where that cannot be seen. */
function readsAllSettings(pid: string | undefined): boolean {
  if (!/^[1-9][0-9]{0,9}$/.test(pid ?? "")) return false;
  const start = processStart(Number(pid));
  if (start === undefined || start.words.length < 2) return false;
  const isSimple = start.variables.some((line) => line.startsWith("CLAUDE_CODE_SIMPLE="));
  return !isSimple && !start.words.some((word) => NARROWING.test(word));
}
