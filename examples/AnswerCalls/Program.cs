// Answers every call that comes in, many at once, and hangs up after a while: dotnet run --project examples/AnswerCalls -- --Sip:LocalAddress=127.0.0.1:5060
using AnswerCalls;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

var builder = Host.CreateApplicationBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddSipClient(builder.Configuration.GetSection("Sip"));
builder.Services.AddHostedService<Answerer>();
await builder.Build().RunAsync();
