// Ordinary work in a Node project with npm scripts and TypeScript.
import {
  changing,
  COMMON_FILES,
  DELEGATING,
  looking,
  STOPPED,
  SUB_AGENT,
  served,
} from "./common-actions.ts";
import type { OrdinaryProject } from "./ordinary-session.ts";

const LANDMARKS = {
  source: "src/price.mjs",
  word: "total",
  old: "export const total",
  edited: "// Adds up.\nexport const total",
  folder: "src",
  pattern: "*.mjs",
};

const TEST =
  'import { test } from "node:test";\nimport assert from "node:assert";\nimport { half } from "../src/half.mjs";\ntest("halves", () => assert.equal(half(4), 2));\n';

export const project: OrdinaryProject = {
  name: "shop",
  programs: ["node", "npm"],
  files: {
    ...COMMON_FILES,
    "package.json": `{
  "name": "shop",
  "version": "1.0.0",
  "type": "module",
  "scripts": {
    "test": "node --test",
    "build": "node scripts/build.mjs",
    "lint": "node scripts/lint.mjs",
    "start": "node src/shop-server.mjs"
  }
}
`,
    "package-lock.json": `{
  "name": "shop",
  "version": "1.0.0",
  "lockfileVersion": 3,
  "requires": true,
  "packages": { "": { "name": "shop", "version": "1.0.0" } }
}
`,
    "tsconfig.json":
      '{ "compilerOptions": { "strict": true, "noEmit": true, "module": "nodenext" } }\n',
    "src/price.mjs":
      "export const total = (items) => items.reduce((sum, { price }) => sum + price, 0);\n",
    // WHY a timer: the client waits for what runs in the background, and a machine may have no `pkill`.
    "src/shop-server.mjs":
      'import { createServer } from "node:http";\nconst port = Number(process.env.PORT ?? 3123);\ncreateServer((_, response) => response.end("hello from shop\\n")).listen(port, "127.0.0.1");\nsetTimeout(() => process.exit(), 60_000);\n',
    "src/types.ts": "export type Item = { name: string; price: number };\n",
    "test/price.test.mjs":
      'import { test } from "node:test";\nimport assert from "node:assert";\nimport { total } from "../src/price.mjs";\ntest("adds up", () => assert.equal(total([{ price: 2 }, { price: 3 }]), 5));\n',
    "scripts/build.mjs":
      'import { mkdirSync, writeFileSync } from "node:fs";\nmkdirSync("dist", { recursive: true });\nwriteFileSync("dist/shop.mjs", "export {};\\n");\nconsole.log("built dist/shop.mjs");\n',
    "scripts/lint.mjs": 'console.log("0 problems");\n',
    Makefile: "build:\n\tnode scripts/build.mjs\n\n.PHONY: build\n",
    ".gitignore": "node_modules\ndist\n.env\n",
  },
  actions: [
    ...looking(LANDMARKS),
    {
      call: "cat package.json && jq -r '.scripts | keys[]' package.json",
      expect: "runs",
      shows: /lint/,
    },
    { call: "node --version && npm --version", expect: "runs", shows: /v\d+/ },
    { call: "npm test", expect: "asks-unheld", shows: /pass 1/ },
    { call: "npm run build", expect: "asks-unheld", shows: /built/ },
    { call: "npm run lint --silent", expect: "asks-unheld", shows: /0 problems/ },
    { call: "node --test test/", expect: "asks-unheld" },
    { call: "npx --no-install tsc --version", expect: "asks-unheld", fails: true },
    { call: "make build && ls dist", expect: "asks-unheld", shows: /shop\.mjs/ },
    { call: "npm ls", expect: "runs", shows: /shop@1\.0\.0/ },
    { call: "npm run", expect: "runs", shows: /lint/ },
    { call: "npm ci", expect: "asks" },
    { call: "npm pkg get version", expect: "runs", shows: /1\.0\.0/ },
    {
      call: "node -e \"console.log(require('./package.json').version)\"",
      expect: "runs",
      shows: /1\.0\.0/,
    },
    { call: "node -p 'process.version'", expect: "runs" },
    ...changing(LANDMARKS),
    // A test that fails and is mended.
    {
      call: {
        name: "Write",
        input: {
          file_path: "<project>/src/half.mjs",
          content: "export const half = (price) => price / 3;\n",
        },
      },
      expect: "edits",
    },
    {
      call: { name: "Write", input: { file_path: "<project>/test/half.test.mjs", content: TEST } },
      expect: "edits",
    },
    { call: "npm test", expect: "asks-unheld", fails: true, shows: /fail 1/ },
    { call: "sed -i 's#price / 3#price / 2#' src/half.mjs", expect: "runs" },
    { call: "npm test 2>&1 | tail -n 20", expect: "asks-unheld", shows: /pass 2/ },
    // A server that a later call asks.
    { call: "npm start", expect: "asks-unheld", isBackground: true },
    served(3123, /hello from shop/),
    {
      call: "curl -s -o /dev/null -w '%{http_code}\\n' http://127.0.0.1:3123/",
      expect: "runs",
      shows: /200/,
    },
    { call: "ps aux | grep shop-server.mjs | head -3", expect: "runs" },
    { call: "pkill -f 'src/shop-serve[r].mjs'", expect: "runs", yet: "asks-unheld" },
    { call: "npm version patch --no-git-tag-version", expect: "asks-unheld", shows: /1\.0\.1/ },
    { call: "cp .env.example .env.test", expect: "runs" },
    { call: "tar czf /tmp/shop-src.tgz src && rm /tmp/shop-src.tgz", expect: "runs" },
    { call: "cd src && ls", expect: "runs" },
    { call: "cd .. && pwd", expect: "runs" },
    DELEGATING,
    // It throws away work that no commit has, of which copies are made first.
    { call: "git checkout -- package.json", expect: "runs", yet: "asks-by-command" },
    ...STOPPED,
    { call: "npm install left-pad", expect: "asks", isRefusedByPerson: true },
    { call: "npm publish", expect: "asks", isRefusedByPerson: true },
  ],
  subAgents: new Map([SUB_AGENT]),
  // WHY none that is allowed: the client deletes its snapshot of the shell with the session, and without it nothing is allowed for certain.
  explained: ["npm run lint --silent", "git push origin main", "cat .env"],
};
