// The program that git starts inside of a held call in place of ssh-keygen or gpg: it hands over what git says, and gives back the answer.
import { errorsOf } from "#platform/process-links.ts";
import { gitSettingLines } from "../start/git-setting-lines.ts";
import { INSIDE } from "../start/inside.ts";
import { nodeShim } from "../start/node-shim.ts";

/** Where a call that may have signatures finds who makes them. */
export const SIGNING_SOCKET = `${INSIDE}/sign`;

/** Bytes of one file that is handed over. */
const FILE_BYTES_MAX = 1_100_000;

const NOBODY =
  "nothing was signed: this command was not judged to make commits or tags, or the daemon of sallyport does not run. Run `git commit` as a command of its own, or ask the person to run `sallyport status`";

/**
 * What it does. WHY it starts the real program itself for much: what needs no secret is nobody's business outside, and a key that
 * the call has anyway is the call's own. Keys of the person are asked for first, so that they are told of as what they are.
 *
 * WHY it ends well without a signature for a tag: git takes a tag for signed whatever ssh-keygen ends with, and fails where there
 * is no signature to be read (measured, 2.39). WHY it writes where git itself does: git shows nothing of what gpg says.
 */
const PROGRAM = [
  'const fs=require("fs"),{spawnSync}=require("child_process"),args=process.argv.slice(1);',
  'const isSsh=args[0]==="-Y",isSigned=isSsh?args[1]==="sign":args.includes("-bsau");',
  "const read=(path)=>{try{const s=fs.statSync(path);",
  `if(s.isFile()&&s.size<=${FILE_BYTES_MAX})return fs.readFileSync(path)}catch{}};`,
  'const isTag=isSsh&&isSigned&&read(args.at(-1))?.subarray(0,7).toString()==="object ";',
  "const say=(to,data)=>{for(let at=0;at<data.length;)at+=fs.writeSync(to,data,at)};",
  "const end=(status)=>process.exit(isTag?0:status);",
  "const tell=(text)=>{say(2,text);if(isTag||isSigned&&!isSsh)",
  `try{fs.writeFileSync(${JSON.stringify(errorsOf("PID"))}.replace("PID",process.ppid),text)}catch{}};`,
  'const fail=(why)=>{tell(Buffer.from("sallyport: "+why+"\\n"));end(1)};',
  'const real=isSsh?"ssh-keygen":"gpg";',
  'const own=(input)=>{const r=spawnSync(real,args,{input,stdio:[input===undefined?0:"pipe",1,2]});',
  'if(r.error)fail("`"+real+"` cannot be started in this call");end(r.status??1)};',
  'if(isSsh&&!isSigned&&(!args.includes("-f")||read(args[args.indexOf("-f")+1])!==undefined))own();',
  "if(!isSsh&&process.env.GNUPGHOME)own();",
  'const takesInput=!isSsh||args[1]==="verify";',
  "const input=takesInput?fs.readFileSync(0):Buffer.alloc(0);",
  `if(input.length>${FILE_BYTES_MAX})fail("nothing was signed: it is too large");`,
  "const files=args.flatMap((path)=>{const text=read(path);",
  'return text===undefined?[]:[[path,text.toString("base64")]]});',
  'const asked={words:args,directory:process.cwd(),input:input.toString("base64"),files};',
  `const socket=require("net").connect(${JSON.stringify(SIGNING_SOCKET)});`,
  `let text="";socket.setEncoding("utf8");socket.on("error",()=>fail(${JSON.stringify(NOBODY)}));`,
  'socket.on("connect",()=>socket.write(JSON.stringify(asked)+"\\n"));',
  'socket.on("data",(part)=>{text+=part});',
  'socket.on("end",()=>{let answer;try{answer=JSON.parse(text)}catch{',
  'fail("nothing was signed: the daemon of sallyport ended meanwhile; run the command again")}',
  'const errors=Buffer.from(answer.errors,"base64");',
  "if(answer.status===0)say(2,errors);else tell(errors);",
  "if(answer.isElsewhere)own(takesInput?input:undefined);",
  'if(answer.signature)fs.writeFileSync(args.at(-1)+".sig",Buffer.from(answer.signature,"base64"));',
  'say(1,Buffer.from(answer.output,"base64"));end(answer.status)});',
].join("");

/**
 * Lines that tell git of the program that asks for signatures. WHY for calls without a socket too: it says there why nothing
 * is signed, and git's own programs would only say that they see no key.
 */
export function signingLines(shim: string): readonly string[] {
  return gitSettingLines([
    ["gpg.ssh.program", shim],
    ["gpg.openpgp.program", shim],
  ]);
}

/** The file itself. `node` is the program that runs it. */
export function signingShim(node: string = process.execPath): string {
  return nodeShim(PROGRAM, {
    what: "Hands what git wants signed to sallyport, which signs outside of the sandbox.",
    failing: "nothing was signed",
    node,
  });
}
