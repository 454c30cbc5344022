namespace ModernSip.Errors;

/// <summary>The root of everything that can go wrong with a SIP operation after its arguments were found right.</summary>
public abstract class SipException : Exception
{
    private protected SipException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
