// The filter of system calls for held calls: what no namespace separates. A program for the kernel's seccomp, in its own bytes.

/**
 * linux/audit.h: the machine, and its numbers of add_key, request_key, keyctl, ioctl and socket. `absent` has
 * socketcall as well, where no filter can see what kind of socket is asked for: programs for i386 get no sockets.
 */
const MACHINES = [
  { name: "x86-64", audit: 0xc000003e, absent: [248, 249, 250], ioctl: 16, socket: 41 },
  { name: "i386", audit: 0x40000003, absent: [286, 287, 288, 102], ioctl: 54, socket: 359 },
  { name: "arm64", audit: 0xc00000b7, absent: [217, 218, 219], ioctl: 29, socket: 198 },
  { name: "arm", audit: 0x40000028, absent: [309, 310, 311, 102], ioctl: 54, socket: 281 },
  { name: "riscv64", audit: 0xc00000f3, absent: [217, 218, 219], ioctl: 29, socket: 198 },
] as const;

/** io_uring_setup, io_uring_enter and io_uring_register: of all machines. What goes through them is seen by no filter. */
const RINGS = [425, 426, 427];
/** AF_VSOCK: from a virtual machine to the one that it runs on, or to its neighbours. No network of a call separates it. */
const OF_MACHINES = 40;

/** TIOCSTI and TIOCLINUX: they type into the terminal that a command was started from. */
const TYPING = [0x5412, 0x541c];

// linux/filter.h and linux/seccomp.h.
const LOAD = 0x20;
const AND = 0x54;
const IS_EQUAL = 0x15;
const RETURN = 0x06;
const OF_NUMBER = 0;
const OF_MACHINE = 4;
const OF_FIRST_ARGUMENT = 16;
const OF_SECOND_ARGUMENT = 24;
const ALLOWED = 0x7fff0000;
const REFUSED = 0x00050000;
const ENOSYS = 38;
const EPERM = 1;
const EAFNOSUPPORT = 97;
/** The other numbering of x86-64 sets it. */
const WITHOUT_X32 = 0xbfffffff;

type Step = readonly [code: number, ifTrue: number, ifFalse: number, value: number];

/**
 * The filter: the kernel's key rings and its queues of requests are not there, nothing types into a terminal, and no socket leads to
 * another machine beside the network. WHY key rings: a call inherits the session's, with what the person's programs keep in it (measured:
 * read and printed).
 */
export function callFilter(): Buffer {
  const steps: Step[] = [[LOAD, 0, 0, OF_MACHINE]];
  for (const { audit, absent, ioctl, socket } of MACHINES) {
    const own: Step[] = [
      [LOAD, 0, 0, OF_NUMBER],
      [AND, 0, 0, WITHOUT_X32],
    ];
    for (const number of [...absent, ...RINGS])
      own.push([IS_EQUAL, 0, 1, number], [RETURN, 0, 0, REFUSED | ENOSYS]);
    const family: Step[] = [
      [LOAD, 0, 0, OF_FIRST_ARGUMENT],
      [IS_EQUAL, 0, 1, OF_MACHINES],
      [RETURN, 0, 0, REFUSED | EAFNOSUPPORT],
      [RETURN, 0, 0, ALLOWED],
    ];
    own.push([IS_EQUAL, 0, family.length, socket], ...family);
    const typing = TYPING.flatMap((request): Step[] => [
      [IS_EQUAL, 0, 1, request],
      [RETURN, 0, 0, REFUSED | EPERM],
    ]);
    own.push([IS_EQUAL, 0, typing.length + 1, ioctl], [LOAD, 0, 0, OF_SECOND_ARGUMENT], ...typing);
    own.push([RETURN, 0, 0, ALLOWED]);
    steps.push([IS_EQUAL, 0, own.length, audit], ...own);
  }
  steps.push([RETURN, 0, 0, ALLOWED]);
  const bytes = Buffer.alloc(steps.length * 8);
  for (const [at, [code, ifTrue, ifFalse, value]] of steps.entries()) {
    bytes.writeUInt16LE(code, at * 8);
    bytes.writeUInt8(ifTrue, at * 8 + 2);
    bytes.writeUInt8(ifFalse, at * 8 + 3);
    bytes.writeUInt32LE(value >>> 0, at * 8 + 4);
  }
  return bytes;
}
