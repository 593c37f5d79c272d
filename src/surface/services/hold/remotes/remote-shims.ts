// Programs that git starts inside of a held call in place of what goes to hosts: they hand over what git wants and says, and give back what comes.
import { INSIDE } from "../start/inside.ts";
import { nodeShim } from "../start/node-shim.ts";
import { REQUEST_BYTES_MAX } from "./push-request.ts";

/** Where a call that may reach remotes finds who does. */
export const REMOTE_SOCKET = `${INSIDE}/git`;
/** Where it finds the program. */
export const REMOTE_SHIM = `${INSIDE}/ssh`;

const NOBODY = "the remote was not reached: the daemon of sallyport ended; run the command again";
const CUT =
  "the daemon of sallyport ended while the remote was asked; what it has is told by `git ls-remote`";
/** Bytes that are sent before the other side lets go: less than it keeps. */
const AHEAD_BYTES_MAX = REQUEST_BYTES_MAX + 256 * 1024;
const PIECE_BYTES_MAX = 1024 * 1024;

/**
 * What they do. Asked for the way between two commits, they give the commits of one, from the newer on, which their names prove. Told to
 * start a part of git that needs the repository, they pass on what it says and is told. WHY by git itself: nobody outside reads what a
 * call wrote.
 */
const program = (asked: string): string =>
  [
    'const{spawn,spawnSync}=require("child_process"),words=process.argv.slice(1),{stdin}=process;',
    `const socket=require("net").connect(${JSON.stringify(REMOTE_SOCKET)});`,
    "let sent=0,isFree=false,isOver=false,bytes=Buffer.alloc(0),part;const fed=[];",
    `const fail=()=>{if(isOver)return;isOver=true;console.error("sallyport: "+(isFree?${JSON.stringify(CUT)}:${JSON.stringify(NOBODY)}));process.exit(255)};`,
    "const send=(kind,data=Buffer.alloc(0))=>{const head=Buffer.alloc(5);head.write(kind);",
    "head.writeUInt32BE(data.length,1);return socket.write(Buffer.concat([head,data]))};",
    "const feed=(stream,kind)=>{fed.push(stream);",
    'stream.on("data",(data)=>{let isFull=false;sent+=data.length;',
    `for(let at=0;at<data.length;at+=${PIECE_BYTES_MAX})isFull=!send(kind,data.subarray(at,at+${PIECE_BYTES_MAX}));`,
    `if(isFull||!isFree&&sent>${AHEAD_BYTES_MAX})stream.pause()});stream.on("error",()=>{})};`,
    "const resume=()=>{for(const one of fed)one.resume()};",
    'socket.on("error",fail);socket.on("close",fail);',
    `socket.on("connect",()=>{socket.write(JSON.stringify(${asked})+"\\n");`,
    'feed(stdin,"d");stdin.on("end",()=>send("e"));stdin.on("error",()=>send("e"))});',
    `socket.on("drain",()=>{if(isFree||sent<=${AHEAD_BYTES_MAX})resume()});`,
    'const git=(args,input)=>spawnSync("git",["--no-replace-objects",...args],{input,maxBuffer:1<<27,stdio:["pipe","pipe","ignore"]}).stdout??Buffer.alloc(0);',
    "const show=(asked)=>{const parents=new Map();",
    'for(const line of String(git(["rev-list","--ancestry-path","--parents",asked.old+".."+asked.new])).split("\\n"))',
    '{const[name,...of]=line.split(" ");if(name)parents.set(name,of)}',
    "const way=[];for(let at=asked.new;parents.has(at);){way.push(at);const of=parents.get(at);",
    "if(of.includes(asked.old))break;at=of.find((one)=>parents.has(one))}",
    'let text=git(["cat-file","--batch"],way.map((name)=>name+"\\n").join(""));',
    'for(let end;(end=text.indexOf("\\n"))>0;){const size=Number(String(text.subarray(0,end)).split(" ")[2]);',
    'if(!(size>0))break;send("c",text.subarray(end+1,end+1+size));text=text.subarray(end+2+size)}',
    'send("n")};',
    'const start=(words)=>{part=spawn("git",words,{stdio:["pipe","pipe","inherit"]});feed(part.stdout,"p");',
    'part.stdin.on("error",()=>{});part.on("error",()=>send("f",Buffer.from("127")));',
    'part.on("close",(status)=>send("f",Buffer.from(String(status??128))))};',
    "const write=(to,data)=>{if(!to.write(data)){socket.pause();",
    'const again=()=>socket.resume();to.once("drain",again);to.once("close",again)}};',
    "const take=(kind,data)=>{",
    'if(kind==="o")write(process.stdout,data);',
    'else if(kind==="r")process.stderr.write(data);',
    'else if(kind==="g"){isFree=true;resume()}',
    'else if(kind==="q")show(JSON.parse(String(data)));',
    'else if(kind==="s")start(JSON.parse(String(data)));',
    'else if(kind==="i")write(part.stdin,data);',
    'else if(kind==="j")part.stdin.end();',
    'else if(kind==="x"){isOver=true;process.exitCode=Number(String(data));stdin.destroy();socket.destroy()}};',
    'process.stdout.on("error",()=>{isOver=true;process.exit(255)});',
    'socket.on("data",(piece)=>{bytes=bytes.length?Buffer.concat([bytes,piece]):piece;',
    "for(;bytes.length>=5;){const size=bytes.readUInt32BE(1);if(bytes.length<5+size)break;",
    "const kind=String.fromCharCode(bytes[0]),data=bytes.subarray(5,5+size);bytes=bytes.subarray(5+size);take(kind,data)}});",
  ].join("");

/** Lines of a shell that tell git of it. WHY variables: they stand above every file of settings. */
export const REMOTE_LINES = [
  `\\builtin export GIT_SSH_COMMAND=${REMOTE_SHIM} GIT_SSH_VARIANT=ssh`,
] as const;

/** The file that git starts in place of ssh. */
export function sshShim(node: string = process.execPath): string {
  return shim('{words,directory:process.cwd(),protocol:process.env.GIT_PROTOCOL||""}', node);
}

/** The file that is seen in place of git's own program for addresses of http. */
export function httpShim(node: string = process.execPath): string {
  return shim("{url:words[1]||words[0],directory:process.cwd()}", node);
}

function shim(asked: string, node: string): string {
  return nodeShim(program(asked), {
    what: "Hands what git wants of a remote to sallyport, which goes there outside of the sandbox.",
    failing: "the remote was not reached",
    node,
  });
}
