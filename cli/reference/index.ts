export { addReferenceCommand } from './command.ts';
