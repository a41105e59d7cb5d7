/**
 * The one table of error codes for everything a user can get wrong.
 *
 * A `Problem` says what is wrong, where, and what to do. It is data: the command line prints it,
 * the canvas shows it on the node, and a test keeps the table and docs/errors.md in step.
 */
export interface Problem {
  /** Stable code, `FL-` and a kebab-case word, e.g. `FL-unknown-key`. */
  readonly code: ErrorCode;
  /** JSON path in the scenario file, e.g. `design.nodes[2].config.servers`; empty for the whole file. */
  readonly path: string;
  /** What is wrong, in one sentence. */
  readonly message: string;
  /** What to do about it, in one sentence. */
  readonly fix: string;
  /** `error` stops the run; `note` tells what was understood. */
  readonly severity: 'error' | 'note';
}

/** Each code with what it means. Codes are never renamed or reused. */
export const errorCodes = {
  'FL-not-json': 'The file is not JSON.',
  'FL-file-not-found': 'The file does not exist, and no built-in scenario has this id.',
  'FL-file-too-large': 'The file is larger than a scenario may be.',
  'FL-too-deep': 'The file nests deeper than a scenario may.',
  'FL-too-many': 'The file holds more of something than a scenario may.',
  'FL-duplicate-key': 'An object has two members of the same name.',
  'FL-reserved-key': 'A member or a path uses a name that JavaScript objects reserve.',
  'FL-wrong-format': 'The `format` or `version` member is not one that this program reads.',
  'FL-wrong-type': 'A value has the wrong JSON type.',
  'FL-unknown-key': 'A member has a name that the format does not know.',
  'FL-missing': 'A required member is not there.',
  'FL-out-of-range': 'A number, or a length, lies outside of what the member allows.',
  'FL-not-one-of': 'A value is not one of those allowed.',
  'FL-bad-id': 'An id does not match [a-z][a-z0-9-]*.',
  'FL-either-or': 'Members that exclude each other are both there, or a form is incomplete.',
  'FL-wrong-order': 'Values that must rise, or a lower and an upper bound, are in the wrong order.',
  'FL-duplicate-id': 'Two things that must have different ids have the same.',
  'FL-duplicate-edge': 'Two edges have the same source and target.',
  'FL-self-edge': 'An edge points from a node to itself.',
  'FL-unknown-kind': 'A node is of a kind that does not exist.',
  'FL-unknown-node': 'An id names a node that is not in the design.',
  'FL-unknown-edge': '`a->b` names an edge that is not in the design.',
  'FL-unknown-event': 'An id names a timeline event that is not in the file.',
  'FL-wiring': 'An edge joins two kinds that have nothing to do with each other.',
  'FL-edge-turned': 'An edge to or from a stream pointed against the work, and was turned round.',
  'FL-too-many-targets': 'More edges leave a node than its kind can use.',
  'FL-missing-neighbour': 'A node lacks a neighbour without which it can do nothing.',
  'FL-no-client': 'Nothing in the design makes requests.',
  'FL-call-cycle': 'Synchronous calls form a cycle.',
  'FL-extends-unknown': 'No design has the id that `extends` names.',
  'FL-extends-cycle': 'Designs extend each other in a circle.',
  'FL-extends-broken': 'The design that `extends` names is itself not valid.',
  'FL-bad-path': 'A `set` key is not a path.',
  'FL-unknown-path': 'A `set` key leads to a member that is not there.',
  'FL-wrong-target': 'A timeline event does not apply to a node of this kind.',
  'FL-after-the-end': 'A time lies after the end of the run.',
  'FL-warmup': 'The warm-up does not fit the run.',
  'FL-bad-metric': 'A metric is not a path of the result file.',
  'FL-usage': 'The command line has an option or an argument that the command does not know or cannot use.',
  'FL-unreadable': 'The file is there and cannot be read.',
  'FL-cannot-write': 'The result cannot be written where it was to go.',
  'FL-bad-endpoint': 'The address of a part of the reference stack cannot be read.',
  'FL-external': 'Load, faults and clearing of data are refused outside of loopback.',
  'FL-not-reproducible': 'The reference stack cannot do what the scenario asks for.',
  'FL-stack': 'The reference stack is not in the state that the command needs.',
  'FL-generator-late':
    'The load generator was itself too late for its measurements to be those of the stack.',
  'FL-missing-program': 'A program that the reference stack needs is not installed.',
  'FL-not-yet': 'The product is to have this, and does not have it yet.',
} as const;

export type ErrorCode = keyof typeof errorCodes;

/** Thrown at a door when the input cannot be used; carries every problem found, never just the first. */
export class InputError extends Error {
  override readonly name = 'InputError';
  constructor(
    readonly problems: readonly Problem[],
    /** The file that the paths are in, where the caller named one. */
    readonly file?: string,
  ) {
    super(problems.map((p) => `${p.code} ${p.path}: ${p.message}`).join('\n'));
  }
}
