/** Door of `report`: what a finished run showed. */
export { Report } from './report.tsx';
