// The program that git starts inside of a held call in place of ssh: it hands over what git wants and says, and gives back what comes.
import { INSIDE } from "../start/inside.ts";
import { nodeShim } from "../start/node-shim.ts";
import { REQUEST_BYTES_MAX } from "./push-request.ts";

/** Where a call that may reach remotes finds who does. */
export const REMOTE_SOCKET = `${INSIDE}/git`;
/** Where it finds the program. */
export const REMOTE_SHIM = `${INSIDE}/ssh`;

const NOBODY = "the remote was not reached: the daemon of sallyport ended; run the command again";
/** Bytes that are sent before the other side lets go: less than it keeps. */
const AHEAD_BYTES_MAX = REQUEST_BYTES_MAX + 256 * 1024;
const PIECE_BYTES_MAX = 1024 * 1024;

/**
 * What it does. Asked for the way between two commits, it gives the commits of one, from the newer on, which their names prove.
 * WHY by git itself: nobody outside reads what a call wrote.
 */
const PROGRAM = [
  'const{spawnSync}=require("child_process"),words=process.argv.slice(1),{stdin}=process;',
  `const socket=require("net").connect(${JSON.stringify(REMOTE_SOCKET)});`,
  "let sent=0,isFree=false,isOver=false,bytes=Buffer.alloc(0);",
  `const fail=()=>{if(isOver)return;isOver=true;console.error(${JSON.stringify(`sallyport: ${NOBODY}`)});process.exit(255)};`,
  "const send=(kind,data=Buffer.alloc(0))=>{const head=Buffer.alloc(5);head.write(kind);",
  "head.writeUInt32BE(data.length,1);return socket.write(Buffer.concat([head,data]))};",
  'socket.on("error",fail);socket.on("close",fail);',
  'socket.on("connect",()=>{socket.write(JSON.stringify({words,directory:process.cwd(),',
  'protocol:process.env.GIT_PROTOCOL||""})+"\\n");',
  'stdin.on("data",(data)=>{let isFull=false;sent+=data.length;',
  `for(let at=0;at<data.length;at+=${PIECE_BYTES_MAX})isFull=!send("d",data.subarray(at,at+${PIECE_BYTES_MAX}));`,
  `if(isFull||!isFree&&sent>${AHEAD_BYTES_MAX})stdin.pause()});`,
  'stdin.on("end",()=>send("e"));stdin.on("error",()=>send("e"))});',
  `socket.on("drain",()=>{if(isFree||sent<=${AHEAD_BYTES_MAX})stdin.resume()});`,
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
  "const take=(kind,data)=>{",
  'if(kind==="o"){if(!process.stdout.write(data)){socket.pause();process.stdout.once("drain",()=>socket.resume())}}',
  'else if(kind==="r")process.stderr.write(data);',
  'else if(kind==="g"){isFree=true;stdin.resume()}',
  'else if(kind==="q")show(JSON.parse(String(data)));',
  'else if(kind==="x"){isOver=true;process.exitCode=Number(String(data));stdin.destroy();socket.destroy()}};',
  'process.stdout.on("error",()=>{isOver=true;process.exit(255)});',
  'socket.on("data",(part)=>{bytes=bytes.length?Buffer.concat([bytes,part]):part;',
  "for(;bytes.length>=5;){const size=bytes.readUInt32BE(1);if(bytes.length<5+size)break;",
  "const kind=String.fromCharCode(bytes[0]),data=bytes.subarray(5,5+size);bytes=bytes.subarray(5+size);take(kind,data)}});",
].join("");

/** Lines of a shell that tell git of it. WHY variables: they stand above every file of settings. */
export const REMOTE_LINES = [
  `\\builtin export GIT_SSH_COMMAND=${REMOTE_SHIM} GIT_SSH_VARIANT=ssh`,
] as const;

/** The file itself. */
export function sshShim(node: string = process.execPath): string {
  return nodeShim(PROGRAM, {
    what: "Hands what git wants of a remote to sallyport, which goes there outside of the sandbox.",
    failing: "the remote was not reached",
    node,
  });
}
