/** Adds numbers in decimal, without binary rounding errors: a million times 0.00000495 is 4.95. */
export interface DecimalSum {
  add(number: number): void
  total(): number
}

/** Returns an empty sum of decimal numbers. It adds them exactly, without the rounding of binary fractions. */
export function decimalSum(): DecimalSum {
  let units = 0n
  let places = 0
  return {
    add(number) {
      const [mantissa = '0', exponent = '0'] = String(number).split('e')
      const [whole = '0', fraction = ''] = mantissa.split('.')
      let own = BigInt(whole + fraction)
      let ownPlaces = fraction.length - Number(exponent)
      if (ownPlaces < places) {
        own *= 10n ** BigInt(places - ownPlaces)
        ownPlaces = places
      }
      if (ownPlaces > places) units *= 10n ** BigInt(ownPlaces - places)
      places = ownPlaces
      units += own
    },
    total: () => Number(`${units}e${-places}`),
  }
}
