using System.Numerics;
using System.Security.Cryptography;

namespace QtcHub.Sandbox.Salesforce;

/// <summary>An RSA key pair that follows from a name, so that two runs of one seed know the same one. It protects nothing but a pretend org.</summary>
internal static class SalesforceKeyPair
{
    private const int PrimeBytes = 128;
    private const int Rounds = 8;
    private const int Sieve = 2000;

    private static readonly BigInteger Exponent = 65537;

    private static readonly int[] SmallPrimes =
    [
        .. Enumerable
            .Range(3, Sieve)
            .Where(number =>
                Enumerable.Range(2, number).TakeWhile(divisor => divisor * divisor <= number).All(divisor => number % divisor != 0)
            ),
    ];

    /// <summary>The key pair of a name.</summary>
    public static RSA Of(ReadOnlySpan<byte> name)
    {
        var seed = SHA256.HashData(name);
        var p = Prime(seed, 0);
        var q = Prime(seed, 1);
        var d = Inverse(Exponent, (p - 1) * (q - 1));
        return RSA.Create(
            new RSAParameters
            {
                Modulus = Bytes(p * q, 2 * PrimeBytes),
                Exponent = Bytes(Exponent, 3),
                D = Bytes(d, 2 * PrimeBytes),
                P = Bytes(p, PrimeBytes),
                Q = Bytes(q, PrimeBytes),
                DP = Bytes(d % (p - 1), PrimeBytes),
                DQ = Bytes(d % (q - 1), PrimeBytes),
                InverseQ = Bytes(Inverse(q, p), PrimeBytes),
            }
        );
    }

    // The first prime after a number of full length that follows from the seed; with its two highest bits set, two of them make a modulus of full length.
    private static BigInteger Prime(byte[] seed, byte which)
    {
        var digits = new byte[PrimeBytes];
        for (byte block = 0; block < PrimeBytes / SHA256.HashSizeInBytes; block++)
        {
            SHA256.HashData([.. seed, which, block], digits.AsSpan(block * SHA256.HashSizeInBytes));
        }

        digits[0] |= 0xC0;
        digits[^1] |= 1;
        var candidate = new BigInteger(digits, isUnsigned: true, isBigEndian: true);
        while (!IsPrime(candidate) || candidate % Exponent == 1)
        {
            candidate += 2;
        }

        return candidate;
    }

    // Miller and Rabin, to the first few prime bases.
    private static bool IsPrime(BigInteger candidate)
    {
        if (Array.Exists(SmallPrimes, prime => candidate % prime == 0))
        {
            return false;
        }

        var odd = candidate - 1;
        var twos = 0;
        while (odd.IsEven)
        {
            odd >>= 1;
            twos++;
        }

        return SmallPrimes.Take(Rounds).All(number => Passes(number, odd, twos, candidate));
    }

    private static bool Passes(BigInteger number, BigInteger odd, int twos, BigInteger candidate)
    {
        var power = BigInteger.ModPow(number, odd, candidate);
        if (power.IsOne || power == candidate - 1)
        {
            return true;
        }

        for (var at = 1; at < twos; at++)
        {
            power = BigInteger.ModPow(power, 2, candidate);
            if (power == candidate - 1)
            {
                return true;
            }
        }

        return false;
    }

    private static BigInteger Inverse(BigInteger number, BigInteger modulus)
    {
        var (previous, current) = (BigInteger.Zero, BigInteger.One);
        var (divisor, rest) = (modulus, number % modulus);
        while (!rest.IsZero)
        {
            var quotient = divisor / rest;
            (divisor, rest) = (rest, divisor - (quotient * rest));
            (previous, current) = (current, previous - (quotient * current));
        }

        return ((previous % modulus) + modulus) % modulus;
    }

    private static byte[] Bytes(BigInteger number, int length)
    {
        var bytes = new byte[length];
        var digits = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        digits.CopyTo(bytes, length - digits.Length);
        return bytes;
    }
}
