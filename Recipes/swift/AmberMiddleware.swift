// Middleware for Hummingbird 2 that tells `amber serve` in front of the service which request failed, and of what.
//
// Copy this file into the service, depend on the product AmberFailures of the package amber, and add it first:
//
//     router.add(middleware: AmberMiddleware())
//     Amber.note("order", order.id)      // anywhere in a request: stands in the bundle
//
// Nothing is sent unless the environment has AMBER_FAILURES=1.
import AmberFailures
import HTTPTypes
import Hummingbird

struct AmberMiddleware<Context: RequestContext>: RouterMiddleware {
    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            var (response, header) = try await Amber.request(id: context.id) { try await next(request, context) }
            if let header, let name = HTTPField.Name(Amber.headerName) { response.headers[name] = header }
            return response
        } catch let marked as Amber.MarkedError {
            // An error with a response of its own keeps it; every other one is answered as Hummingbird would.
            var response: Response
            if let known = marked.error as? any HTTPResponseError {
                response = try known.response(from: request, context: context)
            } else {
                context.logger.error("\(marked.error)")
                response = Response(status: .internalServerError)
            }
            if response.status.code >= 500, let header = marked.header, let name = HTTPField.Name(Amber.headerName) {
                response.headers[name] = header
            }
            return response
        }
    }
}
