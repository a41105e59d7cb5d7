export { addReplayCommand } from './command.ts';
