import type { Scenario } from '../../scenarios/index.ts';
import {
  mm1MeanSojourn,
  mm1SojournQuantile,
  mmcMeanSojourn,
  mmcSojournQuantile,
  sumOfExponentialsMean,
  sumOfExponentialsQuantile,
} from '../../simulator/theory/index.ts';

/** A figure of a scenario for which theory has an exact value. */
export interface ExactFigure {
  readonly flow: string;
  readonly name: 'mean' | 'p99';
  readonly exactMs: number;
}

/** A closed form in seconds for the rates of a scenario. */
interface ClosedForm {
  readonly mean: (rates: Rates) => number;
  readonly p99: (rates: Rates) => number;
}

interface Rates {
  readonly arrivalRate: number;
  /** Of the services, in the order of the file. */
  readonly services: readonly { readonly serviceRate: number; readonly servers: number }[];
}

const mm1 = ({ arrivalRate, services }: Rates) => ({ arrivalRate, serviceRate: services[0]!.serviceRate });
const mmc = ({ arrivalRate, services }: Rates) => ({ arrivalRate, ...services[0]! });
/** Rates of the exponential times spent at each M/M/1 of a tandem (Burke 1956, Reich 1957). */
const sojournRates = ({ arrivalRate, services }: Rates) =>
  services.map(({ serviceRate }) => serviceRate - arrivalRate);

/** The built-in scenarios that theory has an answer for. */
export const closedForms: Readonly<Record<string, ClosedForm>> = {
  mm1: {
    mean: (rates) => mm1MeanSojourn(mm1(rates)),
    p99: (rates) => mm1SojournQuantile(0.99, mm1(rates)),
  },
  mmc: {
    mean: (rates) => mmcMeanSojourn(mmc(rates)),
    p99: (rates) => mmcSojournQuantile(0.99, mmc(rates)),
  },
  tandem: {
    mean: (rates) => sumOfExponentialsMean(sojournRates(rates)),
    p99: (rates) => sumOfExponentialsQuantile(0.99, sojournRates(rates)),
  },
};

/** Mean and 99th percentile of the time from arrival to departure, from the rates in the scenario itself. */
export function exactFigures(scenario: Scenario): ExactFigure[] {
  const form = closedForms[scenario.id];
  if (form === undefined) throw new Error(`no closed form is known for ${scenario.id}`);
  const rates = ratesOf(scenario);
  return (['mean', 'p99'] as const).map((name) => ({
    flow: 'work',
    name,
    exactMs: 1000 * form[name](rates),
  }));
}

function ratesOf({ design: { nodes } }: Scenario): Rates {
  const client = nodes.find(({ kind }) => kind === 'Client');
  const { arrivals } = client!.config as { arrivals: { ratePerSecond: number } };
  return {
    arrivalRate: arrivals.ratePerSecond,
    services: nodes
      .filter(({ kind }) => kind === 'Service')
      .map(({ config }) => {
        const { servers, serviceTime } = config as { servers: number; serviceTime: { meanMs: number } };
        return { serviceRate: 1000 / serviceTime.meanMs, servers };
      }),
  };
}
