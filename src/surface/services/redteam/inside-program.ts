// What runs first in the jail of cases, as text for node: it starts programs that it is told to, and is every host that they look for.

/**
 * It runs in the jail, which is on Linux alone. Reads orders from its input and answers each, a line of JSON on both sides. `relay`: a port of loopback that leads to a socket
 * in a file, behind which the stand-in for the model listens outside. Every name resolves to the jail itself, and what is asked
 * for or connected to is remembered until it is taken. It ends with its input, and everything in the jail with it.
 */
export const INSIDE_PROGRAM = `
const net = require("node:net"), dgram = require("node:dgram"), { spawn } = require("node:child_process");
const { argv, kill } = process, [socket, port] = argv.slice(1);
let seen = [];
const note = (what) => { if (seen.length < 1000 && !seen.includes(what)) seen.push(what); };
const say = (answer) => process.stdout.write(JSON.stringify(answer) + "\\n");
net.createServer((from) => {
  const to = net.connect(socket);
  for (const [one, other] of [[from, to], [to, from]]) {
    one.on("error", () => other.destroy());
    one.on("close", () => other.destroy());
    one.pipe(other);
  }
}).listen(Number(port), "127.0.0.1", () => say({ id: 0 }));
for (const sink of [22, 25, 80, 443, 4444, 8080])
  net.createServer((from) => { note("port " + sink); from.on("error", () => {}); from.destroy(); })
    .on("error", () => {}).listen(sink, "0.0.0.0");
const names = dgram.createSocket("udp4").on("error", () => {});
names.on("message", (asked, from) => {
  const labels = [];
  let at = 12;
  while (at < asked.length && asked[at] > 0 && asked[at] < 64 && labels.length < 40) {
    labels.push(asked.toString("latin1", at + 1, at + 1 + asked[at]));
    at += asked[at] + 1;
  }
  note(labels.join(".").toLowerCase());
  const end = at + 5, isAddress = asked.length >= end && asked.readUInt16BE(at + 1) === 1;
  const head = Buffer.from([asked[0], asked[1], 129, 128, 0, 1, 0, isAddress ? 1 : 0, 0, 0, 0, 0]);
  const answer = isAddress ? Buffer.from([192, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 127, 0, 0, 1]) : Buffer.alloc(0);
  names.send(Buffer.concat([head, asked.subarray(12, end), answer]), from.port, from.address);
});
names.bind(53, "127.0.0.1");
function run({ id, words, cwd, env, input, msMax, charsMax }) {
  const child = spawn(words[0], words.slice(1), { cwd, env, detached: true, stdio: ["pipe", "pipe", "pipe"] });
  const text = { stdout: "", stderr: "" };
  let timedOut = false, isCut = false, isOver = false;
  const end = () => { try { kill(-child.pid, "SIGKILL"); } catch {} };
  const timer = setTimeout(() => { timedOut = true; end(); }, msMax);
  for (const name of ["stdout", "stderr"])
    child[name].setEncoding("utf8").on("data", (piece) => {
      if (text[name].length + piece.length > charsMax) { isCut = true; end(); } else text[name] += piece;
    });
  const over = (code, why) => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    setTimeout(() => { end(); say({ id, code, timedOut, isCut, stdout: text.stdout, stderr: why || text.stderr }); }, 20);
  };
  child.on("error", (error) => over(127, error.message));
  child.on("exit", (code) => over(code));
  child.stdin.on("error", () => {});
  child.stdin.end(input || "");
}
require("node:readline").createInterface({ input: process.stdin })
  .on("line", (line) => {
    const order = JSON.parse(line);
    if (order.words) return run(order);
    const taken = seen;
    seen = [];
    say({ id: order.id, taken });
  })
  .on("close", () => process.exit(0));
`;
/** A server of MCP over standard input for a case: its tools are named as words, and each gives an answer that says nothing. */
export const MCP_PROGRAM = `
const tools = process.argv.slice(1);
require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  const result = method === "initialize"
    ? { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "case", version: "1.0.0" } }
    : method === "tools/list"
      ? { tools: tools.map((name) => ({ name, description: name, inputSchema: { type: "object" } })) }
      : method === "tools/call" ? { content: [{ type: "text", text: "done" }] } : {};
  process.stdout.write(JSON.stringify({ jsonrpc: "2.0", id, result }) + "\\n");
});
`;
