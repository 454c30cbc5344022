using ModernSip.Messages;

namespace ModernSip.Errors;

/// <summary>For those who want success or an exception.</summary>
public static class SipResponseExtensions
{
    /// <summary>Gives a 2xx back and throws for every other response.</summary>
    /// <param name="response">A final response.</param>
    /// <exception cref="SipResponseException">The response is not 2xx.</exception>
    public static SipResponse EnsureSuccess(this SipResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return response.IsSuccess ? response : throw new SipResponseException(response);
    }

    /// <summary>Awaits a final response, gives a 2xx back and throws for every other one.</summary>
    /// <param name="response">The wait for a final response.</param>
    /// <exception cref="SipResponseException">The response is not 2xx.</exception>
    public static async Task<SipResponse> EnsureSuccessAsync(this Task<SipResponse> response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return (await response.ConfigureAwait(false)).EnsureSuccess();
    }
}
