// 500 strings that try to run code or to hide, in every text field of every page: none runs, and all stand there as text.
import type * as v from "valibot";
import { expect, it } from "vitest";
import { ENDPOINTS } from "#surface/dashboard/api/endpoints.ts";
import { schemaOf } from "../surface/dashboard/openapi.ts";
import { appInBrowser, needBrowser, openPage } from "./browser.ts";
import { startStandIn } from "./stand-in.ts";

const COUNT = 500;
/** Each takes a number, by which it is known on the page and which it would report if it ran. */
const FORMS: readonly ((id: number) => string)[] = [
  (id) => `<img src=x onerror="window.__ran=${id}"> i${id}`,
  (id) => `<script>window.__ran=${id}</script> i${id}`,
  (id) => `"><svg onload=window.__ran=${id}> i${id}`,
  (id) => `' onmouseover='window.__ran=${id}' autofocus onfocus='window.__ran=${id}' i${id}`,
  (id) => `javascript:window.__ran=${id}//i${id}`,
  (id) => `</textarea></title></style><script>window.__ran=${id}</script> i${id}`,
  (id) => `{{constructor.constructor("window.__ran=${id}")()}} i${id}`,
  (id) => `\${window.__ran=${id}} \`;window.__ran=${id};\` i${id}`,
  (id) => `data:text/html,<script>parent.__ran=${id}</script> i${id}`,
  (id) => `<iframe srcdoc="<script>parent.__ran=${id}</script>"></iframe> i${id}`,
  (id) => `<a href="javascript:window.__ran=${id}">go</a> i${id}`,
  (id) => `<form action=javascript:window.__ran=${id}><button>x</button></form> i${id}`,
  (id) => `<style>@import 'http://evil.example/${id}';</style> i${id}`,
  (id) => `<link rel=stylesheet href=//evil.example/${id}.css> i${id}`,
  (id) => `<meta http-equiv=refresh content="0;url=javascript:window.__ran=${id}"> i${id}`,
  (id) => `\u202E<gpj.exe\u2066\u200B\uFEFF i${id}`,
  (id) => `\u001B]0;owned\u0007\u001B[2J i${id}`,
  (id) => `&lt;script&gt;window.__ran=${id}&lt;/script&gt; i${id}`,
  (id) => `%3Cscript%3Ewindow.__ran=${id}%3C/script%3E i${id}`,
  (id) => `__proto__ constructor i${id}`,
];

const shown = appInBrowser();
type JsonSchema = Readonly<Record<string, unknown>>;

/** A value that fits the schema, with the next string in every free text. */
function filled(schema: JsonSchema, next: () => string): unknown {
  if (Array.isArray(schema["enum"])) return (schema["enum"] as unknown[])[0];
  if ("const" in schema) return schema["const"];
  const any = schema["anyOf"];
  if (Array.isArray(any)) return filled(any[0] as JsonSchema, next);
  switch (schema["type"]) {
    case "object": {
      const fields = Object.entries((schema["properties"] ?? {}) as Record<string, JsonSchema>);
      const named = Object.fromEntries(fields.map(([name, one]) => [name, filled(one, next)]));
      const more = schema["additionalProperties"];
      return fields.length === 0 && typeof more === "object"
        ? { [next()]: filled(more as JsonSchema, next) }
        : named;
    }
    case "array":
      return [0, 1, 2].map(() => filled((schema["items"] ?? {}) as JsonSchema, next));
    case "number":
    case "integer":
      return 7;
    case "boolean":
      return true;
    case "string":
      return next();
    default:
      return { text: next() };
  }
}

/** The path with the names that the pages below ask for. */
const asked = (path: string) =>
  path
    .replace("/approvals/:id", "/approvals/ap-0011223344556677")
    .replace("/incidents/:id", "/incidents/inc-01k7")
    .replace("/events/:index", "/events/7");

const IDS: Readonly<Record<string, string>> = {
  "/events/:index": "/log/7",
  "/incidents/:id": "/incidents/inc-01k7",
  "/approvals/:id": "/approvals/ap-0011223344556677",
};

it("run nowhere and are texts everywhere", { timeout: 240_000 }, async (ctx) => {
  needBrowser(ctx);
  let given = 0;
  const next = () => {
    given += 1;
    return (FORMS[given % FORMS.length] ?? String)(given);
  };
  const answers = Object.fromEntries(
    ENDPOINTS.filter(
      ({ path }) => !["/login", "/me", "/logout", "/confirm", "/stream", "/control"].includes(path),
    ).map(({ method, path, answer }) => [
      `${method} ${asked(path)}`,
      () => filled(schemaOf(answer as v.GenericSchema<unknown, unknown>), next),
    ]),
  );
  // The page asks on by the id that it was told, which is one of the strings.
  const chain = answers["GET /incidents/inc-01k7/reconstruction"];
  const board = answers["GET /checklists/:id"];
  const controls = answers["GET /compliance"];
  const standIn = await startStandIn(shown.folder, {
    "GET /incidents/*": chain,
    "GET /checklists/*": board,
    ...answers,
    // A page that shows progress is not looked at.
    "GET /compliance": () => ({ ...(controls?.() as object), isUnderWay: false }),
  });
  const { page, faults, close } = await openPage(shown.browser, {}, [/Failed to load resource/]);
  const dialogs: string[] = [];
  page.on("dialog", (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  const foreign: string[] = [];
  page.on("request", (sent) => {
    if (!sent.url().startsWith(standIn.url) && !sent.url().startsWith("data:"))
      foreign.push(sent.url());
  });
  await page.goto(standIn.link);
  await page.locator(".page h1").waitFor();
  const paths = [
    ...((await page.evaluate(
      "[...document.querySelectorAll('nav a[href]')].map((one) => one.getAttribute('href'))",
    )) as string[]),
    ...Object.values(IDS),
    ...["/policy?tab=rules", "/policy?tab=diff", "/policy?tab=exceptions", "/policy?tab=drift"],
    ...["/policy?tab=boundaries", "/posture?tab=checklists", "/mcp?server=x"],
    ...["/isolation?tab=containers", "/fleet?tab=steps", "/fleet?tab=friction", "/fleet?tab=ends"],
    ...["/incidents/inc-01k7?tab=playbooks", "/incidents/inc-01k7?tab=chain"],
  ];
  const seen = new Set<number>();
  for (let round = 0; given < COUNT || round < 1; round += 1)
    for (const path of paths) {
      await page.goto(`${standIn.url}${path}`);
      await page.locator(".page h1").waitFor();
      await expect.poll(() => page.locator(".progress").count()).toBe(0);
      expect([path, await page.evaluate("window.__ran")]).toEqual([path, undefined]);
      const text = (await page.evaluate("document.body.innerText")) as string;
      for (const [, id] of text.matchAll(/\bi(\d+)\b/g)) seen.add(Number(id));
      const made = (await page.evaluate(
        'document.querySelectorAll(\'#app img, #app script, #app iframe, #app form[action], #app meta, #app link, #app style, #app [onerror], #app [onload], #app [onmouseover], #app a[href^="javascript"], #app a[href^="data"]\').length',
      )) as number;
      expect([path, made]).toEqual([path, 0]);
      const hidden = /.{0,60}[\u202A-\u202E\u2066-\u2069\u200B\u001B]/u.exec(text)?.[0];
      expect([path, hidden]).toEqual([path, undefined]);
      expect([path, await page.locator(".fault").allInnerTexts()]).toEqual([path, []]);
    }
  process.stdout.write(`${given} strings given, ${seen.size} seen as texts\n`);
  expect(given).toBeGreaterThanOrEqual(COUNT);
  expect(seen.size).toBeGreaterThan(COUNT / 2);
  expect(dialogs).toEqual([]);
  expect(foreign).toEqual([]);
  expect(faults).toEqual([]);
  await close();
  await standIn.close();
});
