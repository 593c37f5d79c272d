// Servers that developers start and end all day: the ports that they listen on and what they are called.
import { escapeGlob } from "#base/glob.ts";
import { literal, type Text, textOf } from "../../shell/values/text.ts";
import type { ModelContext } from "../model/command-model.ts";
import { meansGuard } from "../services/guard-processes.ts";

/**
 * Ports that servers of development take when nobody says otherwise, by their documentation: 3000 and those that follow where
 * it is taken, Astro, Vite, Angular, Flask, Storybook, Django and others at 8000 to 8099. None of a database or a system service.
 */
const PORT =
  /^(?:30[0-9]{2}|3333|4000|4173|4200|4321|5000|5001|517[0-9]|6006|80[0-9]{2}|8888|1313)$/;

/** How such servers, watchers and test browsers are called: their own names, and the scripts of a project that start them. */
const NAME =
  /^(?:vite|webpack(?:-dev-server)?|next(?: dev)?|nuxt|nodemon|ts-node(?:-dev)?|tsx(?: watch)?|vitest|jest|esbuild|rollup|parcel|storybook|cypress|chromedriver|geckodriver|http-server|live-server|json-server|browser-sync|uvicorn|gunicorn|hypercorn|flask(?: run)?|rails s(?:erver)?|puma|sidekiq|jekyll|hugo(?: server)?|mkdocs(?: serve)?|air|cargo[ -]watch|mix phx\.server|artisan serve|(?:npm|pnpm|yarn|bun)(?: run)? (?:dev|start|serve|watch|test)|(?:python3? )?(?:(?:-m )?http\.server|manage\.py runserver)|(?:node|tsx|python3?|ruby|deno run|bun) (?:[\w./-]*\.(?:[cm]?[jt]s|py|rb)|[\w.-]+\/[\w./-]+))(?: [\w./:=-]+)*$/;

/** Whether a word is a port at which only servers of development are usual. */
export function isDevelopmentPort(text: string | undefined): boolean {
  return text !== undefined && PORT.test(text);
}

/** Whether a pattern of `grep` or awk lets through only lines of a list of processes that are about such servers. */
export function picksDevelopmentServers(pattern: string): boolean {
  // A class of one letter keeps a search from finding itself.
  const plain = pattern.replace(/\[(\w)\]/g, "$1").replace(/\\\./g, ".");
  return plain.split("|").every((one) => meansDevelopmentServer(literal(one)));
}

/** Whether a pattern of process names means such servers, and certainly no process that judges the session. */
export function meansDevelopmentServer(pattern: Text): boolean {
  const known = textOf(pattern);
  return known !== undefined && NAME.test(known) && !meansGuard(pattern);
}

/** Scripts and archives by their names, and classes of the JVM with their package. */
const SCRIPT = /^[\w./-]*[\w-]{2,}\.(?:[cm]?[jt]sx?|py|rb|php|pl|sh|jar|exs?|lua)$/;
const CLASS = /^(?:[a-z][\w]*\.)+[A-Z]\w{2,}$/;
const SOURCES_OF_CLASSES = ["java", "kotlin", "scala", "groovy"].flatMap((language) =>
  [`src/main/${language}/`, `*/src/main/${language}/`, "src/", ""].map((folder) => ({
    folder,
    ending: language === "kotlin" ? "kt" : language,
  })),
);
/** Folders in which projects keep what they build, or the sources of their programs. */
const BUILT = [
  "bin",
  "cmd",
  "build",
  "dist",
  "out",
  "target/debug",
  "target/release",
  ".build/debug",
];
/** Names of programs that many others are, or run in. */
const SERVICE =
  /^(?:\w{1,3}|postgres\w*|mysql\w*|mariadb\w*|mongo\w*|redis\S*|nginx|apache\w*|httpd|docker\S*|containerd\S*|podman|sshd?|systemd\S*|java|node|python[\d.]*|ruby|perl|bash|dash|fish|tmux|screen|cron\w*|init|kube\S*|Xorg|gnome\S*|code|main|app|server|service|daemon|agent)$/i;
/**
 * Whether a pattern names a program of the project: a script, a class or what is built of it, which was there before the
 * session and no process that judges it.
 */
export function meansOwnProgram(pattern: Text, context: ModelContext): boolean {
  const known = textOf(pattern);
  if (known === undefined || meansGuard(pattern)) return false;
  const { root, matching, mayBeWritten } = context.projectFiles;
  // WHY in one go: the facts of all come at once.
  const found = globsOf(known)
    .map((glob) => matching(`${escapeGlob(root)}/${glob}`) ?? [])
    .flat();
  return found.length > 0 && !found.some((path) => mayBeWritten(path));
}

/** WHY no deeper: a glob goes through every folder of its depth, packages of others among them. */
function globsOf(pattern: string): readonly string[] {
  if (SCRIPT.test(pattern)) {
    const path = pattern.replace(/^(?:\.?\/)+/, "");
    return [path, `*/${path}`, ...(path.includes("/") ? [] : [`*/*/${path}`])];
  }
  if (CLASS.test(pattern)) {
    const path = pattern.replaceAll(".", "/");
    return SOURCES_OF_CLASSES.map(({ folder, ending }) => `${folder}${path}.${ending}`);
  }
  const name = /^(?:\.\/)?(?:[\w.-]+\/){0,2}([\w-]+)$/.exec(pattern)?.[1] ?? "";
  return name === "" || SERVICE.test(name) ? [] : BUILT.map((folder) => `${folder}/${name}`);
}
