// Servers that developers start and end all day: the ports that they listen on and what they are called.
import { literal, type Text, textOf } from "../shell/text.ts";
import { meansGuard } from "./guard-processes.ts";

/**
 * Ports that servers of development take when nobody says otherwise, by their documentation: 3000 and those that follow where
 * it is taken, Astro, Vite, Angular, Flask, Storybook, Django and others at 8000 to 8099. None of a database or a system service.
 */
const PORT =
  /^(?:30[0-9]{2}|3333|4000|4173|4200|4321|5000|5001|517[0-9]|6006|80[0-9]{2}|8888|1313)$/;

/** How such servers, watchers and test browsers are called: their own names, and the scripts of a project that start them. */
const NAME =
  /^(?:vite|webpack(?:-dev-server)?|next(?: dev)?|nuxt|nodemon|ts-node(?:-dev)?|tsx(?: watch)?|vitest|jest|esbuild|rollup|parcel|storybook|cypress|chromedriver|geckodriver|http-server|live-server|json-server|browser-sync|uvicorn|gunicorn|hypercorn|flask(?: run)?|rails s(?:erver)?|puma|sidekiq|jekyll|hugo(?: server)?|mkdocs(?: serve)?|air|cargo[ -]watch|mix phx\.server|artisan serve|(?:npm|pnpm|yarn|bun)(?: run)? (?:dev|start|serve|watch|test)|(?:python3? )?(?:-m http\.server|manage\.py runserver)|(?:node|tsx|python3?|ruby|deno run|bun) (?:[\w./-]*\.(?:[cm]?[jt]s|py|rb)|[\w.-]+\/[\w./-]+))(?: [\w./:=-]+)*$/;

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
